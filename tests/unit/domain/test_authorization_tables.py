"""Tables of who may do what: reading them, and what decides a cell."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from poolhouse.domain import authorization_tables, cedar_requests, scope_authorizers
from poolhouse.domain.authorization_tables import CedarRule, PolicyStore, ScopeRule
from poolhouse.errors import InvalidParameterException

TABLE: dict[str, Any] = {
    "personas": {"mara": {"user": "mara"}, "visitor": {"attributes": {}, "groups": ["g"]}},
    "actions": {
        "read reports": {"scopes": ["membership:USA.Premium"]},
        "moor": {
            "cedar": {"action": 'Harbour::Action::"Moor"', "resource": 'Harbour::Berth::"C14"'}
        },
    },
    "cedar": {"policies": "permit(principal, action, resource);", "principal_type": "Harbour::U"},
    "expect": {
        "mara": {"read reports": "allow", "moor": "allow"},
        "visitor": {"read reports": "deny", "moor": "deny"},
    },
}


def test_a_table_is_read() -> None:
    table = authorization_tables.read(TABLE)
    assert [persona.name for persona in table.personas] == ["mara", "visitor"]
    assert table.actions["read reports"] == ScopeRule("http-api", ("membership:USA.Premium",))
    assert table.expected["visitor", "moor"] == "deny"
    assert table.store is not None
    assert table.store.group_type == "AWS::CognitoGroup"


def _changed(path: str, value: Any) -> dict[str, Any]:
    document = deepcopy(TABLE)
    *way, last = path.split("/")
    inner = document
    for step in way:
        inner = inner[step]
    if value is None:
        del inner[last]
    else:
        inner[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("personas", {}, "table needs personas"),
        ("actions", {}, "table needs actions"),
        ("personas/mara", {"name": "x"}, "table.personas.mara has no member name"),
        ("personas/mara", {"user": "x", "groups": []}, "not both"),
        ("actions/moor", {}, "table.actions.moor needs either scopes or cedar"),
        ("actions/read reports/authorizer", "nginx", "actions.read reports.authorizer"),
        ("cedar", None, "table.cedar is needed"),
        ("cedar/policies", None, "table.cedar needs policies"),
        ("cedar/token", "refresh", "table.cedar.token"),
        ("expect/visitor", None, "table.expect.visitor has no decision for read reports"),
        ("expect/visitor/moor", "maybe", "table.expect.visitor.moor must be one of"),
        ("expect/nobody", {}, "table.expect has no member nobody"),
        ("expect/mara/fly", "deny", "table.expect.mara has no member fly"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(path: str, value: Any, said: str) -> None:
    with pytest.raises(InvalidParameterException) as caught:
        authorization_tables.read(_changed(path, value))
    assert said in caught.value.message


@pytest.mark.parametrize(
    ("rule", "scope", "id_token", "decision"),
    [
        (ScopeRule("http-api", ("a", "b")), "x b", True, "allow"),
        (ScopeRule("http-api", ("a", "b")), "ab", True, "deny"),
        (ScopeRule("http-api", ("a",)), "A", True, "deny"),
        (ScopeRule("http-api", ()), "", False, "allow"),
        (ScopeRule("rest-api", ("a",)), "a", False, "allow"),
        (ScopeRule("rest-api", ()), "a", False, "deny"),
        (ScopeRule("rest-api", ()), "", True, "allow"),
    ],
)
def test_what_an_authorizer_decides(
    rule: ScopeRule, scope: str, *, id_token: bool, decision: str
) -> None:
    found = scope_authorizers.decide(rule, {"scope": scope}, {} if id_token else None)
    assert found == decision


def test_tokens_become_what_policies_look_at() -> None:
    store = PolicyStore("", "Harbour::User", "Harbour::Crew", "both")
    made = cedar_requests.build(
        CedarRule('A::"x"', 'R::"y"', {"hour": 7}),
        store,
        "eu-west-1_Q7hYk2LmN",
        {"sub": "s", "scope": "a b", "level": 1.5, "cognito:groups": ["pilots"]},
        {"sub": "s", "tags": ["x", None], "cognito:groups": ["pilots"]},
    )
    user, crew = made.entities
    assert made.request["principal"] == 'Harbour::User::"eu-west-1_Q7hYk2LmN|s"'
    assert made.request["context"] == {
        "hour": 7,
        "token": {"sub": "s", "scope": ["a", "b"], "level": "1.5"},
    }
    assert user["attrs"] == {"sub": "s", "tags": ["x"]}
    assert user["parents"] == [crew["uid"]]
    assert crew["uid"] == {"type": "Harbour::Crew", "id": "eu-west-1_Q7hYk2LmN|pilots"}


def test_a_store_of_access_tokens_tells_policies_nothing_of_the_id_token() -> None:
    store = PolicyStore("", "U", "G", "access")
    made = cedar_requests.build(CedarRule("a", "r"), store, "p", {"sub": "s"}, {"email": "e"})
    assert made.entities[0]["attrs"] == {}
