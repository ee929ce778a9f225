"""Recorded sign-ins, minted again with other code; shadows and canaries."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from poolhouse import housekeeping
from poolhouse.cli import main
from poolhouse.client.server import Client, ServerError
from poolhouse.tokens import shadow
from server import Server
from trigger_world import PASSWORD, Pool, claims, make_pool

OLD = """
def handler(event, context):
    wishes = {"tier": "gold", "mail": event["request"]["userAttributes"].get("email", "none")}
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": wishes, "scopesToAdd": ["tides/read"]}}}
    return event
"""
NEW = """
def handler(event, context):
    name = event["userName"]
    if name == "rui":
        raise ValueError("no tokens for " + name)
    wishes = {"mail": event["request"]["userAttributes"].get("email", "none"), "iss": "me",
              "tier": "silver" if name == "ines" else "gold"}
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": wishes, "scopesToAdd": ["tides/read", "tides/write"]}}}
    return event
"""
EMAILS = {"ines": "ines@harbour.test", "rui": "rui@harbour.test", "ana": "ana@harbour.test"}


def recording_pool(server: Server, **recording: Any) -> Pool:
    pool = make_pool(server, OLD, "V3_0")
    for name in ("rui", "ana"):
        pool.idp.admin_create_user(UserPoolId=pool.id, Username=name, MessageAction="SUPPRESS")
        pool.idp.admin_set_user_password(
            UserPoolId=pool.id, Username=name, Password=PASSWORD, Permanent=True
        )
    for name, email in EMAILS.items():
        pool.idp.admin_update_user_attributes(
            UserPoolId=pool.id,
            Username=name,
            UserAttributes=[{"Name": "email", "Value": email}],
        )
    Client(server.url).governance(pool.id, {"recording": {"rate": 1, **recording}})
    return pool


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.py"
    path.write_text(NEW, encoding="utf-8")
    return path


def test_a_replay_tells_what_is_different(server: Server, new: Path) -> None:
    pool = recording_pool(server)
    for name in ("ines", "ines", "rui", "ana", "ines"):
        pool.sign_in(name)
    pool.token_endpoint(
        basic=pool.machine_basic, grant_type="client_credentials", scope="tides/read"
    )
    report = Client(server.url).replay(pool.id, str(new))
    # ines gets another tier and a scope, ana and the machine a scope, rui nothing at all.
    assert (report["events"], report["different"], report["new_failures"]) == (6, 5, 1)
    counted = {(d["kind"], d["what"], d["name"]): d["count"] for d in report["differences"]}
    assert counted == {("claim", "changed", "tier"): 3, ("scope", "added", "tides/write"): 5}
    (failure,) = report["failures"]
    assert "no tokens for rui" in failure["examples"][0]["message"]
    assert report["ignored"] == [
        {"token": "access", "name": "iss", "rule": "protected-claim", "count": 5}
    ]
    sizes = report["token_bytes"]["access"]
    assert sizes["after"]["max"] > sizes["before"]["max"] > 500
    assert len(report["slowest"]) == 6


def test_the_same_code_makes_the_same_tokens(server: Server) -> None:
    pool = recording_pool(server)
    pool.refresh(pool.sign_in()["RefreshToken"])
    report = Client(server.url).replay(pool.id, pool.function)
    assert (report["events"], report["different"], report["new_failures"]) == (2, 0, 0)


def test_failures_are_recorded_too_and_can_be_repaired(server: Server, new: Path) -> None:
    pool = recording_pool(server)
    pool.redeploy("def handler(event, context):\n    raise ValueError('broken')\n")
    for name in ("ana", "rui"):
        with pytest.raises(pool.idp.exceptions.UserLambdaValidationException):
            pool.sign_in(name)
    report = Client(server.url).replay(pool.id, str(new))
    assert (report["repaired"], report["still_failing"], report["new_failures"]) == (1, 1, 0)


def test_the_command_serves_in_ci(server: Server, new: Path) -> None:
    pool = recording_pool(server)
    pool.sign_in("ana")
    arguments = ["replay", "--url", server.url, "--pool", pool.id]
    same = CliRunner().invoke(main, [*arguments, "--function", pool.function])
    assert same.exit_code == 0, same.output
    different = CliRunner().invoke(main, [*arguments, "--function", str(new), "--json"])
    assert different.exit_code == 1
    assert json.loads(different.stdout)["different"] == 1
    accepted = [*arguments, "--function", str(new), "--fail-on", "failure"]
    assert CliRunner().invoke(main, accepted).exit_code == 0
    pool.sign_in("rui")
    failing = CliRunner().invoke(main, accepted)
    assert failing.exit_code == 1
    assert "would newly fail" in failing.stdout


def test_what_is_redacted_is_nowhere(server: Server) -> None:
    pool = recording_pool(server, redact=["email", "userName", "clientMetadata.pass*"])
    pool.sign_in("ines")
    pool.token_endpoint(
        basic=pool.machine_basic,
        grant_type="client_credentials",
        aws_client_metadata=json.dumps({"passport": "X1234567", "colour": "blue"}),
    )
    report = Client(server.url).replay(pool.id, pool.function)
    # Stand-ins keep their values' lengths and stand in the recorded answer as well.
    assert report["different"] == 0
    recorded = asyncio.run_coroutine_threadsafe(_calls(server, pool.id), server.loop).result(10)
    for row, call in recorded:
        for secret in ("ines@harbour.test", "X1234567"):
            assert secret not in repr(call)
            assert secret.encode() not in row.sealed
    calls = {call.source: call.event for _, call in recorded}
    person = calls["TokenGeneration_Authentication"]
    assert person["request"]["userAttributes"]["email"].startswith("redacted-")
    assert person["userName"] != "ines"
    metadata = calls["TokenGeneration_ClientCredentials"]["request"]["clientMetadata"]
    assert (metadata["colour"], metadata["passport"][:9]) == ("blue", "redacted-")


async def _calls(server: Server, pool_id: str) -> list[Any]:
    return [each async for each in server.house.recorder.calls(pool_id, 0, 1 << 60)]


def test_nothing_is_recorded_unasked_and_everything_can_be_forgotten(server: Server) -> None:
    client = Client(server.url)
    plain = make_pool(server, OLD)
    plain.sign_in()
    assert client.call("GET", f"pools/{plain.id}/recordings")["recordings"] == 0
    pool = recording_pool(server)
    pool.sign_in()
    assert client.call("GET", f"pools/{pool.id}/recordings")["recordings"] == 1
    assert client.call("DELETE", f"pools/{pool.id}/recordings") == {"deleted": 1}
    assert client.call("GET", f"pools/{pool.id}/recordings")["recordings"] == 0


def test_recordings_are_kept_as_long_as_asked(start_server: Callable[..., Server]) -> None:
    server = start_server()
    pool = recording_pool(server, retention_days=2)
    pool.sign_in()
    client = Client(server.url)
    for days, kept in ((1, 1), (2, 0)):
        server.clock.advance(seconds=days * 86_400)
        clearing = housekeeping.clear(server.house)
        asyncio.run_coroutine_threadsafe(clearing, server.loop).result(20)
        assert client.call("GET", f"pools/{pool.id}/recordings")["recordings"] == kept


def test_a_sample_is_a_share(server: Server) -> None:
    pool = recording_pool(server, rate=0.5)
    for _ in range(40):
        pool.sign_in()
    found = Client(server.url).call("GET", f"pools/{pool.id}/recordings")["recordings"]
    assert 5 <= found <= 35


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"recording": {"rate": 2}}, "rate must be"),
        ({"recording": {"retention_days": 0}}, "retention_days must be"),
        ({"recording": {"redact": "email"}}, "redact must be a list"),
        ({"shadow": {}}, "shadow needs a function"),
        ({"budgets": [{"profile": "moon"}]}, "profile must be one of"),
        ({"budgets": [{"limit_bytes": -1}]}, "positive limit_bytes"),
        ({"weather": 1}, "no member weather"),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused(
    server: Server, document: dict[str, Any], message: str
) -> None:
    pool = make_pool(server, OLD)
    client = Client(server.url)
    with pytest.raises(ServerError, match=message):
        client.governance(pool.id, document)
    assert client.governance(pool.id) == {}


def test_a_replay_needs_a_pool_and_a_function(server: Server) -> None:
    client = Client(server.url)
    with pytest.raises(ServerError, match="does not exist"):
        client.replay("us-east-1_nowhere99", "any")
    pool = make_pool(server, OLD)
    with pytest.raises(ServerError, match="function is required"):
        client.call("POST", f"pools/{pool.id}/replay", {})


# --- shadow and canary ---


def _function(pool: Pool, name: str, source: str) -> str:
    from trigger_world import package

    arn: str = pool.functions.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="index.handler",
        Role="arn:aws:iam::123456789012:role/x",
        Code={"ZipFile": package(source)},
        MemorySize=512,
    )["FunctionArn"]
    _allow(pool, name)
    return arn


def _allow(pool: Pool, name: str, **more: Any) -> None:
    pool.functions.add_permission(
        FunctionName=name,
        StatementId="pools",
        Action="lambda:InvokeFunction",
        Principal="cognito-idp.amazonaws.com",
        **more,
    )


def test_a_shadow_is_asked_and_the_old_is_issued(server: Server) -> None:
    pool = recording_pool(server, rate=0)
    client = Client(server.url)
    arn = _function(pool, f"{pool.function}-next", NEW)
    client.governance(pool.id, {"shadow": {"function": arn}})
    for name in ("ines", "rui"):
        token = claims(pool.sign_in(name)["AccessToken"])
        assert (token["tier"], token["scope"].split()[-1]) == ("gold", "tides/read")
    asyncio.run_coroutine_threadsafe(shadow.settle(), server.loop).result(30)
    failed, different = client.audit(pool.id, kind="shadow")
    if "error" in different:
        failed, different = different, failed
    told = {(d["what"], d["name"]) for d in different["differences"]}
    assert told == {("changed", "tier"), ("added", "tides/write")}
    assert different["function"]["arn"] == arn
    assert failed["error"]["type"] == "UserLambdaValidationException"


def test_a_shadow_that_hangs_delays_nobody(server: Server) -> None:
    pool = recording_pool(server, rate=0)
    hanging = "import time\ndef handler(event, context):\n    time.sleep(600)\n"
    arn = _function(pool, f"{pool.function}-hangs", hanging)
    Client(server.url).governance(pool.id, {"shadow": {"function": arn}})
    assert "AccessToken" in pool.sign_in("ana")


def test_a_canary_is_sticky_per_person(server: Server) -> None:
    """Who meets the new version meets it again: at the next sign-in and at every refresh."""
    pool = make_pool(server, OLD, "V2_0")
    first = pool.functions.publish_version(FunctionName=pool.function)["Version"]
    pool.redeploy(OLD.replace("gold", "silver"))
    second = pool.functions.publish_version(FunctionName=pool.function)["Version"]
    alias = pool.functions.create_alias(
        FunctionName=pool.function,
        Name="live",
        FunctionVersion=first,
        RoutingConfig={"AdditionalVersionWeights": {second: 0.5}},
    )["AliasArn"]
    _allow(pool, pool.function, Qualifier="live")
    pool.idp.update_user_pool(
        UserPoolId=pool.id,
        LambdaConfig={"PreTokenGenerationConfig": {"LambdaArn": alias, "LambdaVersion": "V2_0"}},
    )
    tiers: Counter[str] = Counter()
    for number in range(12):
        name = f"user-{number}"
        pool.idp.admin_create_user(UserPoolId=pool.id, Username=name, MessageAction="SUPPRESS")
        pool.idp.admin_set_user_password(
            UserPoolId=pool.id, Username=name, Password=PASSWORD, Permanent=True
        )
        signed_in = pool.sign_in(name)
        seen = {claims(signed_in["AccessToken"])["tier"]}
        seen |= {claims(pool.sign_in(name)["AccessToken"])["tier"] for _ in range(2)}
        seen.add(claims(pool.refresh(signed_in["RefreshToken"])["AccessToken"])["tier"])
        assert len(seen) == 1
        tiers.update(seen)
    assert set(tiers) == {"gold", "silver"}
    # Nobody leaves the new version when its share grows.
    pool.functions.update_alias(
        FunctionName=pool.function,
        Name="live",
        RoutingConfig={"AdditionalVersionWeights": {second: 1.0}},
    )
    assert claims(pool.sign_in("user-0")["AccessToken"])["tier"] == "silver"
