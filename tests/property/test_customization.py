"""Whatever a function answers: protected claims stay, tokens stay JSON, and one error comes out."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from poolhouse.domain import claims, customization, trigger_answers
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication
from poolhouse.domain.choices import CHOICES
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.customization import Customized
from poolhouse.domain.protected_claims import ACCESS_TOKEN, ID_TOKEN
from poolhouse.domain.records import EventVersion
from poolhouse.domain.wishes import UNCUSTOMIZED, Wishes
from poolhouse.errors import InvalidLambdaResponseException
from poolhouse.triggers import pre_token_generation
from sample_authentications import (
    CLIENT_ID,
    PILOT,
    api_sign_in,
    code_grant,
    draft,
    finished,
    group,
    machine,
    triggered,
    with_attributes,
)

VERSIONS: tuple[EventVersion, ...] = ("V1_0", "V2_0", "V3_0")
GROUP_CLAIMS = {"cognito:groups", "cognito:roles", "cognito:preferred_role"}
PROTECTED = sorted({*ID_TOKEN, *ACCESS_TOKEN, *GROUP_CLAIMS, "cognito:anything"})

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
free_names = st.sampled_from(["email", "custom:berth", "phone_number", "", "tier"]) | st.text(
    max_size=8
).filter(lambda name: name.isprintable() and not name.startswith(("aud", "email_", "address")))
names = st.sampled_from([*PROTECTED, "email_verified", "updated_at", "address"]) | free_names
numbers = st.integers() | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
scopes = st.sampled_from(
    ["openid", "email", SELF_SERVICE_SCOPE, "tides/read", "", "a b", "x\ty", "new/scope"]
)


def optional(members: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """An object with any of ``members``, now and then something else altogether."""
    proper = st.fixed_dictionaries({}, optional=members)
    return st.one_of(proper, proper, proper, proper, proper, st.none(), st.just([]), json_values)


def mostly(proper: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(proper, proper, proper, proper, proper, proper, st.none(), json_values)


claim_members = {
    "claimsToAddOrOverride": mostly(
        st.dictionaries(names, json_values, max_size=4) | st.dictionaries(names, text, max_size=4)
    ),
    "claimsToSuppress": mostly(st.lists(names, max_size=4)),
}
group_members = {
    "groupsToOverride": mostly(st.lists(text, max_size=3)),
    "iamRolesToOverride": mostly(st.lists(text, max_size=3)),
    "preferredRole": mostly(text),
}
scope_members = {
    "scopesToAdd": mostly(st.lists(scopes, max_size=4)),
    "scopesToSuppress": mostly(st.lists(scopes, max_size=4)),
}
wild_groups = optional(group_members)
wild_responses = optional(
    {
        "claimsOverrideDetails": optional({**claim_members, "groupOverrideDetails": wild_groups}),
        "claimsAndScopeOverrideDetails": optional(
            {
                "idTokenGeneration": optional(claim_members),
                "accessTokenGeneration": optional({**claim_members, **scope_members}),
                "groupOverrideDetails": wild_groups,
            }
        ),
    }
)
"""Answers with a mistake in them as a rule; they are refused more often than not."""


def proper_claims(values: st.SearchStrategy[Any], **known: Any) -> st.SearchStrategy[Any]:
    free = st.dictionaries(free_names, values, max_size=3)
    protected = st.dictionaries(st.sampled_from(PROTECTED), values, max_size=2)
    typed = st.fixed_dictionaries({}, optional={name: st.just(known[name]) for name in known})
    return st.tuples(free, protected, typed).map(lambda parts: parts[0] | parts[1] | parts[2])


suppressions = st.lists(names, max_size=3)
proper_groups = st.none() | st.fixed_dictionaries(
    {
        "groupsToOverride": st.lists(text, max_size=2),
        "iamRolesToOverride": st.lists(text, max_size=2),
        "preferredRole": st.none() | text,
    }
)
proper_scopes = st.lists(scopes.filter(lambda scope: len(scope.split()) < 2), max_size=3)
typed_claims = {"email_verified": False, "updated_at": "1789000001", "address": "Pier 5"}
proper_responses = st.fixed_dictionaries(
    {
        "claimsOverrideDetails": st.fixed_dictionaries(
            {
                "claimsToAddOrOverride": proper_claims(text, **typed_claims),
                "claimsToSuppress": suppressions,
            },
            optional={"groupOverrideDetails": proper_groups},
        ),
        "claimsAndScopeOverrideDetails": st.fixed_dictionaries(
            {
                "idTokenGeneration": st.fixed_dictionaries(
                    {
                        "claimsToAddOrOverride": proper_claims(json_values, **typed_claims),
                        "claimsToSuppress": suppressions,
                    }
                ),
                "accessTokenGeneration": st.fixed_dictionaries(
                    {
                        "claimsToAddOrOverride": proper_claims(json_values, aud=CLIENT_ID).map(
                            lambda claims: {
                                name: value
                                for name, value in claims.items()
                                if name != "aud" or value == CLIENT_ID
                            }
                        ),
                        "claimsToSuppress": suppressions,
                        "scopesToAdd": proper_scopes,
                        "scopesToSuppress": proper_scopes,
                    }
                ),
            },
            optional={"groupOverrideDetails": proper_groups},
        ),
    }
)
"""Answers without a mistake, whatever they wish for; never refused."""

responses = st.sampled_from([proper_responses] * 3 + [wild_responses]).flatmap(lambda kind: kind)
profiles = st.fixed_dictionaries(
    {},
    optional={
        "email": text,
        "email_verified": st.sampled_from(["true", "false"]),
        "updated_at": text | st.just("1789000000"),
        "address": text,
        "custom__berth": text,
        "dev__custom__note": text,
        "identities": text | json_values.map(json.dumps),
    },
)
granted = st.lists(
    st.sampled_from(["openid", "email", "profile", "phone", "tides/read"]), unique=True
)


@st.composite
def sign_ins(draw: st.DrawFn) -> Authentication:
    pool = triggered(draw(st.sampled_from(VERSIONS)))
    user = with_attributes(**draw(profiles))
    members = tuple(
        group(name, draw(st.sampled_from([None, PILOT, "other"])), draw(st.none() | st.integers(0)))
        for name in draw(st.lists(text, max_size=3, unique=True))
    )
    scopes_granted = draw(granted)
    resource = draw(st.sampled_from([None, "https://tides.harbour.test"]))
    return draw(
        st.sampled_from(
            [
                api_sign_in(pool=pool, user=user, groups=members),
                code_grant(
                    *scopes_granted, pool=pool, user=user, groups=members, resource=resource
                ),
                machine(pool=pool, scopes=tuple(scopes_granted)),
            ]
        )
    )


def read(sign_in: Authentication, response: object) -> Wishes:
    event = pre_token_generation.event(draft(sign_in), sign_in)
    payload = json.dumps({**event, "response": response}).encode()
    trigger = sign_in.pool.pre_token_generation
    assert trigger is not None
    return trigger_answers.read(trigger_answers.parse(payload), event, trigger.version)


def customize(sign_in: Authentication, response: object) -> Customized | None:
    """The outcome, or None when the answer is refused; any other error fails the test."""
    try:
        wishes = read(sign_in, response)
        return customization.apply(draft(sign_in), wishes, client_id=CLIENT_ID)
    except InvalidLambdaResponseException:
        return None


def is_protected(name: str, table: Any) -> bool:
    return name in table or (name.startswith("cognito:") and name not in GROUP_CLAIMS)


def assert_protected(before: FinishedClaims, after: FinishedClaims, sign_in: Any) -> None:
    pairs = [(ACCESS_TOKEN, before.access_claims, after.access_claims)]
    assert (before.id_claims is None) == (after.id_claims is None)
    if before.id_claims is not None and after.id_claims is not None:
        pairs.append((ID_TOKEN, before.id_claims, after.id_claims))
    for table, old, new in pairs:
        for name in old.keys() | new.keys():
            if is_protected(name, table) and name != "scope":
                assert new.get(name, "absent") == old.get(name, "absent"), name
    assert after.access_claims.get("aud") in {sign_in.resource, CLIENT_ID, None}
    if sign_in.resource is not None and sign_in.user is not None:
        assert after.access_claims["aud"] == sign_in.resource


def assert_sane(before: FinishedClaims, after: FinishedClaims) -> None:
    assert json.loads(json.dumps(after, allow_nan=False)) == [*after]
    scope = after.access_claims.get("scope")
    assert scope is None or (scope and scope == " ".join(scope.split()))
    added = set((scope or "").split()) - set(before.access_claims.get("scope", "").split())
    assert SELF_SERVICE_SCOPE not in added
    for token in after:
        for name in ("cognito:groups", "cognito:roles"):
            listed = (token or {}).get(name, ["x"])
            assert listed
            assert all(isinstance(item, str) for item in listed)
        assert (token or {}).get("cognito:preferred_role", "x")
    if after.id_claims is not None:
        assert isinstance(after.id_claims.get("email_verified", True), bool)
        assert isinstance(after.id_claims.get("address", {}), dict)
    assert after.access_claims.keys().isdisjoint({"cognito:roles", "cognito:preferred_role"})


@given(sign_ins(), responses)
@settings(max_examples=400)
def test_any_near_valid_answer(sign_in: Authentication, response: object) -> None:
    customized = customize(sign_in, response)
    if customized is not None:
        before, after = finished(sign_in), claims.finish(customized.draft)
        assert_protected(before, after, sign_in)
        assert_sane(before, after)


@given(sign_ins(), proper_responses)
def test_no_proper_answer_is_refused(sign_in: Authentication, response: object) -> None:
    assert customize(sign_in, response) is not None


@given(sign_ins(), json_values)
def test_any_json_at_all(sign_in: Authentication, answer: object) -> None:
    event = pre_token_generation.event(draft(sign_in), sign_in)
    with pytest.raises(InvalidLambdaResponseException):
        trigger_answers.read(answer, event, "V2_0")
    customize(sign_in, answer)


@given(st.binary(max_size=60) | text.map(str.encode) | json_values.map(lambda v: str(v).encode()))
def test_any_bytes(payload: bytes) -> None:
    try:
        value = trigger_answers.parse(payload)
    except InvalidLambdaResponseException:
        return
    assert json.loads(json.dumps(value, allow_nan=False).encode()) == value


@given(json_values)
def test_json_is_read_as_it_was_written(value: object) -> None:
    assert trigger_answers.parse(json.dumps(value).encode()) == value


@given(sign_ins())
def test_an_empty_answer_is_identity(sign_in: Authentication) -> None:
    drafted = draft(sign_in)
    for version in VERSIONS:
        wishes = UNCUSTOMIZED[version]
        customized = customization.apply(drafted, wishes, client_id=CLIENT_ID)
        assert customized == (drafted, ())
    for nothing in (
        "{}",
        '{"claimsOverrideDetails": null}',
        '{"claimsAndScopeOverrideDetails": {}}',
    ):
        assert customize(sign_in, json.loads(nothing)) == (drafted, ())


@given(sign_ins(), responses)
@settings(max_examples=400)
def test_the_report_names_every_wish_once(sign_in: Authentication, response: object) -> None:
    customized = customize(sign_in, response)
    if customized is None:
        return
    wishes = read(sign_in, response)
    asked = Counter(
        [("both", "override", name) for name in wishes.ignored_members]
        + [("both", "group", "cognito:groups")] * (wishes.groups is not None)
        + [("id", "set", name) for name in wishes.id_token.to_set]
        + [("id", "suppress", name) for name in wishes.id_token.to_suppress]
        + [("access", "set", name) for name in wishes.access_token.to_set]
        + [("access", "suppress", name) for name in wishes.access_token.to_suppress]
        + [("scope", "set", name) for name in wishes.scopes_to_add]
        + [("scope", "suppress", name) for name in wishes.scopes_to_suppress]
    )
    told: Counter[tuple[str, str, str]] = Counter()
    for change in customized.report:
        assert change.rule in CHOICES
        where: str = "scope" if change.kind == "scope" else change.token
        what: str = "suppress" if change.action == "suppress" else "set"
        if change.token == "both":
            what = "group" if change.kind == "group" else change.action
        told[where, what, change.name] += 1
    assert told == asked


@given(sign_ins(), responses)
@settings(max_examples=300)
def test_the_report_tells_what_changed(sign_in: Authentication, response: object) -> None:
    """A claim or scope differs from before exactly when the report says so."""
    customized = customize(sign_in, response)
    if customized is None:
        return
    drafted, after = draft(sign_in), customized.draft
    told = {
        (change.token, change.kind, change.name)
        for change in customized.report
        if change.outcome in ("applied", "replaced")
        and change.rule not in ("suppression-wins", "scope-suppression-wins")
    }
    differing = {
        (token, "claim", name)
        for token, old, new in (
            ("id", drafted.id_claims or {}, after.id_claims or {}),
            ("access", drafted.access_claims, after.access_claims),
        )
        for name in old.keys() | new.keys()
        if (name in old, type(old.get(name)), old.get(name))
        != (name in new, type(new.get(name)), new.get(name))
    } | {("access", "scope", name) for name in {*drafted.scopes} ^ {*after.scopes}}
    assert {entry for entry in told if entry[1] != "group"} == differing
    groups_differ = (drafted.id_groups, drafted.access_groups) != (
        after.id_groups,
        after.access_groups,
    )
    if any(kind == "group" for _, kind, _ in told):
        assert groups_differ


@given(sign_ins(), responses)
def test_applying_is_deterministic_and_leaves_the_draft(
    sign_in: Authentication, response: object
) -> None:
    kept = dataclasses.replace(draft(sign_in))
    assert customize(sign_in, response) == customize(sign_in, response)
    assert draft(sign_in) == kept
