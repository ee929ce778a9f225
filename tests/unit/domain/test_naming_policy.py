"""The naming policy: reading what people write, and holding wishes to it."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import naming_policy, policy_judgement
from poolhouse.domain.wishes import TokenWishes, Wishes
from poolhouse.errors import InvalidParameterException

DOCUMENT: dict[str, Any] = {
    "prefixes": {
        "ac.": {"owner": "platform"},
        "ac.appx.": {"owner": "appx"},
        "lab.": {"owner": "research", "open": True},
    },
    "claims": {
        "ac.appx.level": {
            "description": "Membership level",
            "type": "string",
            "values": ["Premium", "Basic"],
            "tokens": ["access"],
        },
        "ac.appx.seats": {"description": "Seats", "type": "number"},
        "ac.appx.roles": {"description": "Roles", "type": "array", "max_length": 2},
        "ac.appx.note": {
            "description": "A note",
            "max_length": 5,
            "max_bytes": 11,
            "personal_data": True,
        },
        "ac.appx.flag.*": {"description": "Switches", "type": "boolean"},
        "email": {"owner": "platform", "description": "Address", "tokens": ["id"]},
    },
    "scopes": {
        "membership:*": {
            "owner": "appx",
            "description": "Area and level",
            "pattern": r"membership:[A-Z]{2,3}\.\w+",
        }
    },
}
POLICY = naming_policy.read(DOCUMENT)


def judged(policy: naming_policy.NamingPolicy = POLICY, **wishes: Any) -> list[tuple[str, str]]:
    """Names and rules of the violations of an answer."""
    access, identity = wishes.get("access", {}), wishes.get("identity", {})
    asked = Wishes(
        wishes.get("version", "V2_0"),
        TokenWishes(identity, ()),
        TokenWishes(access, ()),
        tuple(wishes.get("scopes", ())),
    )
    return [(each.name, each.rule) for each in policy_judgement.judge(policy, asked)]


def test_what_is_listed_and_fits_is_let_alone() -> None:
    assert not judged(
        access={
            "ac.appx.level": "Premium",
            "ac.appx.seats": 12,
            "ac.appx.roles": ["a", "b"],
            "ac.appx.note": "short",
            "ac.appx.flag.beta": True,
            "lab.anything": {"x": 1},
        },
        identity={"email": "a@b.example", "custom:berth": "C14", "given_name": "Ada"},
        scopes=["membership:USA.Premium"],
    )


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("tier", "gold", "policy-prefix"),
        ("ac.appx.tier", "gold", "policy-unlisted"),
        ("ac.other", "x", "policy-unlisted"),
        ("ac.appx.level", "Gold", "policy-value"),
        ("ac.appx.level", 7, "policy-type"),
        ("ac.appx.seats", True, "policy-type"),
        ("ac.appx.seats", "12", "policy-type"),
        ("ac.appx.roles", ["a", "b", "c"], "policy-length"),
        ("ac.appx.note", "longer", "policy-length"),
        ("ac.appx.note", "äöüäö", "policy-length"),
        ("ac.appx.flag.x", "yes", "policy-type"),
        ("email", "a@b.example", "policy-token"),
    ],
)
def test_a_claim_that_breaks_a_rule(name: str, value: Any, rule: str) -> None:
    assert judged(access={name: value}) == [(name, rule)]


def test_scopes_are_judged_by_name_and_pattern() -> None:
    assert judged(scopes=["membership:usa.Premium", "tides/read"]) == [
        ("membership:usa.Premium", "policy-value"),
        ("tides/read", "policy-prefix"),
    ]


def test_what_is_ignored_anyway_is_not_judged() -> None:
    assert not judged(access={"sub": "x", "cognito:groups": [], "dev:x": "y", "tier": None})
    assert not judged(version="V1_0", access={"tier": "gold"})


def test_unlisted_names_can_be_allowed() -> None:
    policy = naming_policy.read({**DOCUMENT, "unlisted": "allow"})
    assert not judged(policy, access={"tier": "gold"}, scopes=["anything"])
    assert judged(policy, access={"ac.appx.level": "Gold"}) == [("ac.appx.level", "policy-value")]


def test_a_pattern_that_takes_for_ever_is_no_match() -> None:
    policy = naming_policy.read(
        {"claims": {"x": {"owner": "o", "description": "d", "pattern": "(a|aa)+$"}}}
    )
    assert judged(policy, access={"x": "a" * 60 + "!"}) == [("x", "policy-value")]


def test_dropping_takes_away_the_violating_wishes_and_no_other() -> None:
    wishes = Wishes(
        "V2_0",
        TokenWishes({"tier": "gold", "lab.x": 1}, ("email",)),
        TokenWishes({"tier": "gold", "ac.appx.seats": 2}, ()),
        ("tides/read", "membership:USA.Basic"),
    )
    left = policy_judgement.without(wishes, policy_judgement.judge(POLICY, wishes))
    assert left.id_token == TokenWishes({"lab.x": 1}, ("email",))
    assert left.access_token.to_set == {"ac.appx.seats": 2}
    assert left.scopes_to_add == ("membership:USA.Basic",)
    assert not policy_judgement.judge(POLICY, left)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"at_issuance": "explode"}, "naming_policy.at_issuance"),
        ({"unlisted": "maybe"}, "naming_policy.unlisted"),
        ({"claim": {}}, "naming_policy has no member claim"),
        ({"claims": []}, "naming_policy.claims must be an object"),
        ({"claims": {"x": {"owner": "o"}}}, "naming_policy.claims.x needs description"),
        ({"claims": {"x": {"description": "d"}}}, "naming_policy.claims.x has no owner"),
        ({"claims": {"x": {"owner": 7, "description": "d"}}}, "naming_policy.claims.x.owner"),
        (
            {"claims": {"x": {"owner": "o", "description": "d", "type": "text"}}},
            "naming_policy.claims.x.type",
        ),
        (
            {"claims": {"x": {"owner": "o", "description": "d", "tokens": ["refresh"]}}},
            "naming_policy.claims.x.tokens",
        ),
        (
            {"claims": {"x": {"owner": "o", "description": "d", "max_length": 0}}},
            "naming_policy.claims.x.max_length",
        ),
        (
            {"claims": {"x": {"owner": "o", "description": "d", "pattern": "("}}},
            "naming_policy.claims.x.pattern",
        ),
        ({"scopes": {"x": {"owner": "o", "type": "string"}}}, "naming_policy.scopes.x has no"),
        ({"prefixes": {"x.": {}}}, "naming_policy.prefixes.x. needs owner"),
    ],
)
def test_what_cannot_be_is_said_with_its_place(change: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidParameterException) as caught:
        naming_policy.read({**DOCUMENT, **change})
    assert place in caught.value.message
