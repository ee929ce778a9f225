"""The naming policy at issuance, over recorded calls, and as a catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from poolhouse.cli import main
from poolhouse.client.server import Client, ServerError
from server import Server
from trigger_world import Pool, claims, make_pool

FUNCTION = """
def handler(event, context):
    event["response"] = {"claimsAndScopeOverrideDetails": {
        "idTokenGeneration": {"claimsToAddOrOverride": {"ac.appx.level": "Premium"}},
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"ac.appx.level": "Premium", "tier": "gold", "sub": "x"},
            "scopesToAdd": ["membership:USA.Premium", "anything"]}}}
    return event
"""
CLEAN = FUNCTION.replace('"tier": "gold", ', "").replace(', "anything"', "")
POLICY = """
prefixes:
  ac.appx.: {owner: appx}
claims:
  ac.appx.level: {description: Membership level, type: string, values: [Premium, Basic]}
  ac.appx.old: {description: No longer set, personal_data: true}
scopes:
  "membership:*": {owner: appx, description: Area and level}
"""
DOCUMENT: dict[str, Any] = {
    "prefixes": {"ac.appx.": {"owner": "appx"}},
    "claims": {"ac.appx.level": {"description": "Membership level", "type": "string"}},
    "scopes": {"membership:*": {"owner": "appx", "description": "Area and level"}},
}


@pytest.fixture
def policy_file(tmp_path: Path) -> str:
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY, encoding="utf-8")
    return str(path)


def run(server: Server, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--url", server.url])


def make_governed(server: Server, action: str | None) -> Pool:
    pool = make_pool(server, FUNCTION)
    document: dict[str, Any] = {"recording": {"rate": 1.0}}
    if action is not None:
        document["naming_policy"] = {**DOCUMENT, "at_issuance": action}
    Client(server.url).governance(pool.id, document)
    return pool


def test_warning_issues_what_it_warns_of(server: Server) -> None:
    pool = make_governed(server, "warn")
    access = claims(pool.sign_in()["AccessToken"])
    assert access["tier"] == "gold"
    assert "anything" in access["scope"].split()


def test_dropping_leaves_the_rest_and_says_so_in_the_audit(server: Server) -> None:
    pool = make_governed(server, "drop")
    access = claims(pool.sign_in()["AccessToken"])
    assert "tier" not in access
    assert access["ac.appx.level"] == "Premium"
    assert access["scope"] == "aws.cognito.signin.user.admin membership:USA.Premium"
    (record,) = Client(server.url).audit(pool.id, event_id=access["event_id"])
    rules = {change["name"]: (change["outcome"], change["rule"]) for change in record["changes"]}
    assert rules["tier"] == ("ignored", "policy-prefix")
    assert rules["anything"] == ("ignored", "policy-prefix")
    assert rules["sub"] == ("ignored", "protected-claim")


def test_failing_issues_nothing_and_names_the_names(server: Server) -> None:
    pool = make_governed(server, "fail")
    with pytest.raises(ClientError) as caught:
        pool.sign_in()
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidLambdaResponseException"
    assert "access token: claim tier: no prefix of the policy fits its name" in error["Message"]
    pool.redeploy(CLEAN)
    assert claims(pool.sign_in()["AccessToken"])["ac.appx.level"] == "Premium"


def test_a_preview_shows_violations_whatever_is_done_about_them(server: Server) -> None:
    pool = make_governed(server, "warn")
    found = Client(server.url).preview(pool.id, pool.client, user="ines")
    assert [(each["token"], each["kind"], each["name"]) for each in found["violations"]] == [
        ("access", "claim", "tier"),
        ("access", "scope", "anything"),
    ]


def test_a_policy_that_cannot_be_is_not_put(server: Server) -> None:
    pool = make_governed(server, None)
    with pytest.raises(ServerError) as caught:
        Client(server.url).governance(pool.id, {"naming_policy": {"claims": {"x": {}}}})
    assert "naming_policy.claims.x needs description" in str(caught.value)


def test_lint_holds_recorded_answers_to_a_file(server: Server, policy_file: str) -> None:
    pool = make_governed(server, None)
    for _ in range(3):
        pool.sign_in()
    asked = ("policy", "lint", policy_file, "--pool", pool.id)
    result = run(server, *asked)
    assert result.exit_code == 1
    assert "3 events, 6 violations" in result.output
    assert "access token: claim tier: no prefix of the policy fits its name" in result.output
    assert "ac.appx.old is listed, and nobody sets it" in result.output
    report = json.loads(run(server, *asked, "--json").output)
    assert [(each["name"], each["count"]) for each in report["violations"]] == [
        ("tier", 3),
        ("anything", 3),
    ]
    assert all(len(each["examples"]) == 3 for each in report["violations"])


def test_lint_asks_a_function_that_is_not_live(
    server: Server, policy_file: str, tmp_path: Path
) -> None:
    pool = make_governed(server, None)
    pool.sign_in()
    clean = tmp_path / "clean.py"
    clean.write_text(CLEAN, encoding="utf-8")
    asked = ("policy", "lint", policy_file, "--pool", pool.id, "--function", str(clean))
    result = run(server, *asked)
    assert result.exit_code == 0
    assert "1 events, 0 violations" in result.output


def test_put_makes_a_file_the_pools_policy(server: Server, tmp_path: Path) -> None:
    pool = make_governed(server, None)
    path = tmp_path / "policy.yaml"
    path.write_text(POLICY + "at_issuance: drop\n", encoding="utf-8")
    result = run(server, "policy", "put", str(path), "--pool", pool.id)
    assert result.exit_code == 0, result.output
    assert "tier" not in claims(pool.sign_in()["AccessToken"])
    kept = Client(server.url).governance(pool.id)
    assert kept["recording"] == {"rate": 1.0}


@pytest.mark.parametrize("form", ["markdown", "html"])
def test_the_catalogue_tells_owner_meaning_and_use(
    start_server: Callable[..., Server], policy_file: str, form: str
) -> None:
    server = start_server()
    pool = make_governed(server, None)
    pool.sign_in()
    server.clock.advance(seconds=86_400)
    pool.sign_in()
    result = run(
        server, "policy", "catalogue", "--pool", pool.id, "--policy", policy_file, "--format", form
    )
    assert result.exit_code == 0, result.output
    page = result.output
    separator = "| " if form == "markdown" else "<td>"
    (level,) = [
        line
        for line in page.split("\n" if form == "markdown" else "<tr>")
        if f"{separator}ac.appx.level" in line and "Membership" in line
    ]
    assert "appx" in level
    assert "access, id" in level
    assert "2026-09-21" in level
    assert "2026-09-22" in level
    assert "%" in level
    assert "never" in page
    assert "(personal data)" in page
    assert "tier" in page.partition("Not in the policy")[2]


def test_check_needs_no_server_and_says_what_is_wrong(policy_file: str, tmp_path: Path) -> None:
    good = CliRunner().invoke(main, ["policy", "check", policy_file])
    assert good.output == "1 prefixes, 2 claims, 1 scopes; issuance would warn\n"
    bad = tmp_path / "bad.yaml"
    bad.write_text("claims: {x: {owner: me}}", encoding="utf-8")
    result = CliRunner().invoke(main, ["policy", "check", str(bad)])
    assert result.exit_code == 1
    assert "naming_policy.claims.x needs description" in result.output
    bad.write_text("a: [", encoding="utf-8")
    assert "is no YAML" in CliRunner().invoke(main, ["policy", "check", str(bad)]).output
