"""Tables of who may do what, decided with tokens that a function makes, by Cedar's own engine."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from poolhouse.cli import main
from poolhouse.client.server import Client, ServerError
from server import Server
from trigger_world import Pool, make_pool

FUNCTION = """
def handler(event, context):
    attributes = event["request"]["userAttributes"]
    level = attributes.get("custom:level", "Basic")
    if level == "broken":
        raise ValueError("no level")
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": {"hb:level": level, "hb:unused": 1},
        "scopesToAdd": ["tides/read"] + (["reports"] if level == "Premium" else [])}}}
    return event
"""
POLICIES = """
permit(principal, action == Harbour::Action::"Moor", resource)
when { context.token["hb:level"] == "Premium" && context.token.scope.contains("tides/read") };
permit(principal in AWS::CognitoGroup::"POOL|pilots", action, resource);
"""
TABLE: dict[str, Any] = {
    "personas": {
        "premium": {"attributes": {"custom:level": "Premium"}},
        "basic": {"user": "ines"},
        "pilot": {"attributes": {}, "groups": ["pilots"]},
        "broken": {"attributes": {"custom:level": "broken"}},
    },
    "actions": {
        "reports": {"scopes": ["reports"]},
        "moor": {
            "cedar": {"action": 'Harbour::Action::"Moor"', "resource": 'Harbour::Berth::"C14"'}
        },
    },
    "cedar": {"principal_type": "Harbour::User"},
    "expect": {
        "premium": {"reports": "allow", "moor": "allow"},
        "basic": {"reports": "deny", "moor": "deny"},
        "pilot": {"reports": "deny", "moor": "allow"},
        "broken": {"reports": "deny", "moor": "deny"},
    },
}


@pytest.fixture(scope="module")
def pool(server: Server) -> Pool:
    return make_pool(server, FUNCTION, Schema=[{"Name": "level", "AttributeDataType": "String"}])


def table(pool: Pool, **expect: dict[str, str]) -> dict[str, Any]:
    document = deepcopy(TABLE)
    document["cedar"]["policies"] = POLICIES.replace("POOL", pool.id)
    for persona, row in expect.items():
        document["expect"][persona] |= row
    return document


def decide(pool: Pool, document: dict[str, Any]) -> dict[str, Any]:
    asked = {"client": pool.client, "table": document}
    return Client(pool.server.url).call("POST", f"pools/{pool.id}/authorization", asked)


def test_every_persona_and_action_is_decided(pool: Pool) -> None:
    matrix = decide(pool, table(pool))
    assert matrix["failures"] == 0
    decided = {(each["persona"], each["action"]): each["decided"] for each in matrix["cells"]}
    assert len(decided) == 8
    assert decided["premium", "moor"] == "allow"
    assert decided["pilot", "moor"] == "allow"
    assert matrix["tokens"]["broken"] is None


def test_what_no_rule_reads_is_named(pool: Pool) -> None:
    matrix = decide(pool, table(pool))
    assert matrix["unread_claims"] == ["hb:unused"]
    assert matrix["unread_scopes"] == []
    document = table(pool)
    document["cedar"]["policies"] = "permit(principal, action, resource);"
    for row in document["expect"].values():
        row["moor"] = "allow"
    matrix = decide(pool, document)
    assert matrix["unread_claims"] == ["hb:level", "hb:unused"]
    assert matrix["unread_scopes"] == ["tides/read"]
    # Without tokens nothing is allowed, whatever the policies say.
    assert matrix["failures"] == 1


def test_a_cell_that_differs_says_why(pool: Pool) -> None:
    matrix = decide(pool, table(pool, basic={"reports": "allow"}))
    (cell,) = [each for each in matrix["cells"] if each["expected"] != each["decided"]]
    assert (cell["persona"], cell["action"], cell["decided"]) == ("basic", "reports", "deny")
    assert "the route asks for reports" in cell["because"]


@pytest.mark.parametrize(
    ("policies", "said"),
    [("permit(principal", "cannot be read"), ("", "cannot be read")],
)
def test_policies_that_cannot_be_read_are_refused(pool: Pool, policies: str, said: str) -> None:
    document = table(pool)
    document["cedar"]["policies"] = policies
    if not policies:
        del document["cedar"]["policies"]
        said = "table.cedar needs policies"
    with pytest.raises(ServerError) as caught:
        decide(pool, document)
    assert said in str(caught.value)


def run(pool: Pool, tmp_path: Path, document: str, *more: str) -> Result:
    (tmp_path / "harbour.cedar").write_text(POLICIES.replace("POOL", pool.id), encoding="utf-8")
    file = tmp_path / "table.yaml"
    file.write_text(document, encoding="utf-8")
    where = ["--url", pool.server.url, "--pool", pool.id, "--client", pool.client]
    return CliRunner().invoke(main, ["authorize", str(file), *where, *more])


WRITTEN = """
personas:
  premium: {attributes: {"custom:level": Premium}}
  basic: {user: ines}
actions:
  reports: {scopes: [reports]}
  moor: {cedar: {action: 'Harbour::Action::"Moor"', resource: 'Harbour::Berth::"C14"'}}
cedar: {policies_file: harbour.cedar, principal_type: "Harbour::User"}
expect:
  premium: {reports: allow, moor: allow}
  basic: {reports: deny, moor: deny}
"""


def test_the_command_prints_the_matrix(pool: Pool, tmp_path: Path) -> None:
    result = run(pool, tmp_path, WRITTEN)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert ["premium", "allow", "allow"] in lines
    assert ["basic", "deny", "deny"] in lines
    assert "no rule reads these claims: hb:unused" in result.output


def test_the_command_fails_where_a_function_breaks_an_expectation(
    pool: Pool, tmp_path: Path
) -> None:
    other = tmp_path / "other.py"
    other.write_text(FUNCTION.replace('== "Premium"', '== "Gold"'), encoding="utf-8")
    result = run(pool, tmp_path, WRITTEN, "--function", str(other))
    assert result.exit_code == 1
    assert "premium: reports is deny, expected allow" in result.output
