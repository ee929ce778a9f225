"""Strict mode, size budgets, metrics and traces, over real sign-ins."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from poolhouse import tracing
from poolhouse.cli import main
from poolhouse.client.server import Client
from server import Server
from trigger_world import PASSWORD, Pool, claims, make_pool

OVERREACHING = """
def handler(event, context):
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"tier": "gold", "sub": "somebody else"}}}}
    return event
"""
LARGE = """
def handler(event, context):
    size = int(event["request"]["userAttributes"].get("custom:size", "10"))
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"ballast": "x" * size}}}}
    return event
"""


def metric(server: Server, series: str, /, **labels: str) -> float:
    """The value of one series; 0 when it is not there."""
    with urllib.request.urlopen(f"{server.url}/metrics") as answer:
        text = answer.read().decode()
    for line in text.splitlines():
        found = re.fullmatch(r"(\w+)(?:\{(.*)\})? (\S+)", line)
        if found is None or found[1] != f"poolhouse_{series}":
            continue
        told = dict(re.findall(r'(\w+)="([^"]*)"', found[2] or ""))
        if told.items() >= labels.items():
            return float(found[3])
    return 0.0


# --- strict ---


def test_strict_mode_fails_and_says_why(start_server: Callable[..., Server]) -> None:
    server = start_server(strict_customization=True)
    pool = make_pool(server, OVERREACHING, "V3_0")
    with pytest.raises(pool.idp.exceptions.InvalidLambdaResponseException) as refused:
        pool.sign_in()
    message = refused.value.response["Error"]["Message"]
    assert "access token: override claim sub (protected-claim)" in message
    status, error = pool.token_endpoint(
        basic=pool.machine_basic, grant_type="client_credentials", scope="tides/read"
    )
    assert (status, error["error"]) == (400, "invalid_request")
    # The preview says the same, and still shows what became of each wish.
    preview = Client(server.url).preview(pool.id, pool.client, user="ines")
    assert preview["error"]["message"] == message
    assert {change["outcome"] for change in preview["changes"]} == {"applied", "ignored"}


def test_ignored_wishes_are_counted_with_name_and_rule(server: Server) -> None:
    pool = make_pool(server, OVERREACHING)
    assert claims(pool.sign_in()["AccessToken"])["sub"] != "somebody else"
    labels = {"function": pool.function, "name": "sub", "rule": "protected-claim"}
    assert metric(server, "ignored_wishes_total", **labels) == 1


# --- budgets ---


def sized_pool(server: Server) -> Pool:
    return make_pool(
        server, LARGE, Schema=[{"Name": "size", "AttributeDataType": "String", "Mutable": True}]
    )


def set_size(pool: Pool, size: int, name: str = "ines") -> None:
    pool.idp.admin_update_user_attributes(
        UserPoolId=pool.id,
        Username=name,
        UserAttributes=[{"Name": "custom:size", "Value": str(size)}],
    )


def test_a_budget_fails_or_warns_per_client(server: Server) -> None:
    pool = sized_pool(server)
    other = pool.idp.create_user_pool_client(
        UserPoolId=pool.id, ClientName="other", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    client = Client(server.url)
    document = {
        "budgets": [
            {"profile": "nginx", "action": "fail", "client": pool.client},
            {"profile": "api-gateway", "action": "warn"},
        ]
    }
    assert client.governance(pool.id, document) == document
    set_size(pool, 5000)
    assert "AccessToken" in pool.sign_in()
    set_size(pool, 9000)
    with pytest.raises(pool.idp.exceptions.InvalidLambdaResponseException) as refused:
        pool.sign_in()
    message = refused.value.response["Error"]["Message"]
    assert re.search(r"authorization takes \d+ bytes, over the budget nginx of 8192", message)
    over = metric(server, "over_budget_total", budget="api-gateway", action="warn")
    token = pool.idp.initiate_auth(
        ClientId=other,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": "ines", "PASSWORD": PASSWORD},
    )["AuthenticationResult"]["AccessToken"]
    assert metric(server, "over_budget_total", budget="api-gateway", action="warn") == over + 1
    preview = client.preview(pool.id, other, user="ines")
    (finding,) = preview["over_budget"]
    assert finding["size_bytes"] == len("Authorization" + "Bearer " + token)


def test_bytes_per_claim_add_up(server: Server) -> None:
    pool = sized_pool(server)
    set_size(pool, 300)
    preview = Client(server.url).preview(pool.id, pool.client, user="ines")
    token = pool.sign_in()["AccessToken"]
    size = preview["sizes"]["access"]
    assert size["token_bytes"] == len(token)
    assert sum(size["claim_bytes"].values()) == len(token.split(".")[1])
    assert 400 <= size["claim_bytes"]["ballast"] <= 430  # a third more than its JSON


def test_the_report_finds_who_is_over(server: Server) -> None:
    pool = sized_pool(server)
    for number in range(5):
        name = f"user-{number}"
        pool.idp.admin_create_user(UserPoolId=pool.id, Username=name, MessageAction="SUPPRESS")
        set_size(pool, number * 1800, name)
    arguments = ["budget", "report", "--url", server.url, "--pool", pool.id]
    arguments += ["--client", pool.client, "--profile", "nginx", "--profile", "node"]
    result = CliRunner().invoke(main, [*arguments, "--json"])
    assert result.exit_code == 1, result.output
    report = json.loads(result.stdout)
    nginx, node = report["budgets"]
    assert report["users"] == 6
    assert (nginx["over"], node["over"], node["at_risk"]) == (2, 0, 0)
    assert [user["user"] for user in nginx["users"]] == ["user-4", "user-3"]
    assert next(iter(report["claims"]["access"])) == "ballast"
    shown = CliRunner().invoke(main, arguments)
    assert "user-4" in shown.output


# --- metrics ---


def test_triggers_and_issuances_are_counted(server: Server) -> None:
    pool = make_pool(server, OVERREACHING)
    source = {"source": "TokenGeneration_Authentication", "outcome": "issued"}
    before = metric(server, "issuances_total", **source)
    for _ in range(3):
        pool.sign_in()
    assert metric(server, "issuances_total", **source) == before + 3
    where = {"trigger": "PreTokenGeneration", "function": pool.function, "version": "$LATEST"}
    assert metric(server, "trigger_outcomes_total", outcome="returned", **where) == 3
    assert metric(server, "trigger_cold_starts_total", **where) == 1
    assert metric(server, "trigger_run_seconds_count", **where) == 3
    assert metric(server, "trigger_queue_seconds_count", **where) == 3
    assert metric(server, "token_bytes_count", token_use="access") >= 3
    assert metric(server, "request_seconds_count", face="user pool API", status="2xx") >= 3


def test_metrics_are_not_public_in_production(start_server: Callable[..., Server]) -> None:
    keys = "AKIATEST:secret"
    closed = start_server(mode="production", access_keys=keys)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{closed.url}/metrics")
    assert refused.value.code == 404
    refused.value.close()


def test_metrics_ask_for_their_token(start_server: Callable[..., Server]) -> None:
    server = start_server(mode="production", access_keys="AKIATEST:secret", metrics_token="pole")
    request = urllib.request.Request(f"{server.url}/metrics")
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 401
    refused.value.close()
    request.add_header("Authorization", "Bearer pole")
    with urllib.request.urlopen(request) as answer:
        assert "poolhouse_issuances_total" in answer.read().decode()


def test_our_own_api_is_signed_in_production(start_server: Callable[..., Server]) -> None:
    """Whoever may preview, replay or read the audit could as well deploy: administrators only."""
    server = start_server(mode="production", access_keys="AKIATEST:secret")
    for path in ("preview", "pools/x/replay", "pools/x/audit/verify", "pools/x/budget-report"):
        request = urllib.request.Request(f"{server.url}/poolhouse/v1/{path}", b"{}", method="POST")
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        with refused.value as answer:
            assert json.load(answer)["__type"] == "MissingAuthenticationTokenException"


# --- traces ---


@pytest.fixture
def spans() -> Iterator[InMemorySpanExporter]:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracing.enable(provider)
    yield exporter
    tracing.disable()
    provider.shutdown()


def test_a_sign_in_is_one_trace(server: Server, spans: InMemorySpanExporter) -> None:
    pool = make_pool(server, OVERREACHING)
    spans.clear()
    pool.idp.meta.events.register("before-send.*", _with_parent)
    pool.sign_in()
    finished: dict[str, Any] = {span.name: span for span in spans.get_finished_spans()}
    assert {"user pool API", "trigger PreTokenGeneration", "sign", "store"} <= finished.keys()
    request = finished["user pool API"]
    assert f"{request.context.trace_id:032x}" == TRACE
    assert {span.context.trace_id for span in finished.values()} == {request.context.trace_id}
    trigger = finished["trigger PreTokenGeneration"]
    assert trigger.attributes["poolhouse.function"].endswith(pool.function)
    assert trigger.attributes["poolhouse.outcome"] == "returned"
    assert PASSWORD not in repr([span.attributes for span in finished.values()])


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def _with_parent(request: Any, **_: Any) -> None:
    request.headers["traceparent"] = f"00-{TRACE}-00f067aa0ba902b7-01"


def test_spans_cost_nothing_when_they_are_off() -> None:
    assert tracing.span("x") is tracing.span("y")
