"""The report: one line for every wish, saying what became of it and by which rule."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from poolhouse.domain import claims, customization, trigger_answers
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.choices import CHOICES
from poolhouse.domain.customization import Customized
from poolhouse.domain.customization_report import Change
from poolhouse.domain.records import EventVersion
from poolhouse.domain.wishes import UNCUSTOMIZED
from poolhouse.errors import InvalidLambdaResponseException
from poolhouse.triggers import pre_token_generation
from sample_authentications import CLIENT_ID, PILOT, api_sign_in, code_grant, draft, machine
from sample_authentications import triggered as pool


def customize(
    sign_in: Authentication, version: EventVersion, response: Any, quota: int = 5000
) -> Customized:
    drafted = draft(sign_in)
    event = {**pre_token_generation.event(drafted, sign_in), "response": response}
    wishes = trigger_answers.read(event, event, version)
    return customization.apply(drafted, wishes, client_id=CLIENT_ID, quota=quota)


def test_every_wish_of_a_version_2_answer() -> None:
    sign_in = code_grant("openid", "profile", "email", pool=pool("V2_0"))
    _, report = customize(
        sign_in,
        "V2_0",
        {
            "claimsOverrideDetails": {"claimsToSuppress": ["email"]},
            "claimsAndScopeOverrideDetails": {
                "idTokenGeneration": {
                    "claimsToAddOrOverride": {
                        "berth": "C14",
                        "email": "i@harbour.test",
                        "custom:berth": "C14",
                        "sub": "mallory",
                        "custom:gone": "x",
                        "gone": None,
                        "": 1,
                        "email_verified": "true",
                    },
                    "claimsToSuppress": ["custom:gone", "iss", "nickname", "cognito:groups"],
                },
                "accessTokenGeneration": {
                    "claimsToAddOrOverride": {"aud": CLIENT_ID},
                    "scopesToAdd": ["a/b", "email", "c/d", "", "aws.cognito.signin.user.admin"],
                    "scopesToSuppress": ["c/d", "profile", "e/f"],
                },
                "groupOverrideDetails": {"groupsToOverride": ["masters"]},
            },
        },
    )
    assert set(report) == {
        Change("both", "claim", "claimsOverrideDetails", "override", "ignored", "other-version"),
        Change("id", "claim", "berth", "add", "applied", "claim-set"),
        Change("id", "claim", "email", "override", "replaced", "claim-set"),
        Change("id", "claim", "custom:berth", "override", "no effect", "claim-set"),
        Change("id", "claim", "sub", "override", "ignored", "protected-claim"),
        Change("id", "claim", "custom:gone", "add", "no effect", "suppression-wins"),
        Change("id", "claim", "gone", "add", "ignored", "null-claim"),
        Change("id", "claim", "", "add", "ignored", "empty-name"),
        Change("id", "claim", "email_verified", "override", "no effect", "typed-claim"),
        Change("id", "claim", "custom:gone", "suppress", "applied", "suppression-wins"),
        Change("id", "claim", "iss", "suppress", "ignored", "protected-claim"),
        Change("id", "claim", "nickname", "suppress", "no effect", "claim-absent"),
        Change("id", "group", "cognito:groups", "suppress", "applied", "groups-suppressed"),
        Change("access", "claim", "aud", "add", "applied", "access-audience"),
        Change("access", "scope", "a/b", "add", "applied", "scope-added"),
        Change("access", "scope", "email", "add", "no effect", "scope-present"),
        Change("access", "scope", "c/d", "add", "no effect", "scope-suppression-wins"),
        Change("access", "scope", "", "add", "ignored", "scope-empty"),
        Change(
            "access",
            "scope",
            "aws.cognito.signin.user.admin",
            "add",
            "ignored",
            "self-service-scope",
        ),
        Change("access", "scope", "c/d", "suppress", "applied", "scope-suppression-wins"),
        Change("access", "scope", "profile", "suppress", "applied", "scope-suppressed"),
        Change("access", "scope", "e/f", "suppress", "no effect", "scope-absent"),
        Change("both", "group", "cognito:groups", "override", "replaced", "groups-replaced"),
    }
    assert len(report) == len(set(report))
    assert {change.rule for change in report} <= CHOICES.keys()


MINE = {"groupsToOverride": ["pilots", "night-watch"], "iamRolesToOverride": [PILOT]}


@pytest.mark.parametrize(
    ("sign_in", "groups", "suppressed", "outcome"),
    [
        (api_sign_in(), None, [], ("suppress", "applied", "groups-null")),
        (api_sign_in(groups=()), None, [], ("suppress", "no effect", "groups-null")),
        (api_sign_in(), MINE, [], ("override", "replaced", "groups-replaced")),
        (
            api_sign_in(),
            {**MINE, "preferredRole": PILOT},
            [],
            ("override", "no effect", "groups-replaced"),
        ),
        (api_sign_in(groups=()), MINE, [], ("add", "applied", "groups-replaced")),
        (
            api_sign_in(),
            {"groupsToOverride": ["x"]},
            ["id"],
            ("override", "replaced", "groups-replaced"),
        ),
        (api_sign_in(), MINE, ["id"], ("override", "no effect", "groups-replaced")),
        (api_sign_in(), MINE, ["id", "access"], ("override", "no effect", "suppression-wins")),
        (code_grant("tides/read"), MINE, [], ("override", "no effect", "groups-replaced")),
        (
            code_grant("tides/read"),
            MINE,
            ["access"],
            ("override", "no effect", "suppression-wins"),
        ),
        (machine(), MINE, [], ("add", "ignored", "token-not-issued")),
        (machine(), None, [], ("suppress", "ignored", "token-not-issued")),
    ],
)
def test_what_becomes_of_a_group_override(
    sign_in: Authentication, groups: Any, suppressed: list[str], outcome: tuple[str, str, str]
) -> None:
    parts = {
        f"{token}TokenGeneration": {"claimsToSuppress": ["cognito:groups"]} for token in suppressed
    }
    details = {**parts, "groupOverrideDetails": groups}
    sign_in = dataclasses.replace(sign_in, pool=pool("V3_0"))
    _, report = customize(sign_in, "V3_0", {"claimsAndScopeOverrideDetails": details})
    assert [change[3:] for change in report if change.token == "both"] == [outcome]
    assert len(report) == 1 + len(suppressed)


def test_wishes_about_a_token_that_is_not_issued() -> None:
    details = {
        "idTokenGeneration": {
            "claimsToAddOrOverride": {"a": "b"},
            "claimsToSuppress": ["a", "cognito:groups"],
        }
    }
    drafted, report = customize(
        machine(pool=pool("V3_0")), "V3_0", {"claimsAndScopeOverrideDetails": details}
    )
    assert drafted == draft(machine())
    assert {change[3:] for change in report} == {
        ("add", "ignored", "token-not-issued"),
        ("suppress", "ignored", "token-not-issued"),
    }
    assert len(report) == 3


def test_version_1_reports_text_values() -> None:
    details = {"claimsToAddOrOverride": {"n": 1, "s": "x"}}
    _, report = customize(
        api_sign_in(pool=pool("V1_0")), "V1_0", {"claimsOverrideDetails": details}
    )
    assert report == (
        Change("id", "claim", "n", "add", "applied", "value-as-text"),
        Change("id", "claim", "s", "add", "applied", "claim-set"),
    )


def test_nothing_asked_is_the_same_draft_and_no_report() -> None:
    drafted = draft(api_sign_in(pool=pool("V2_0")))
    wishes = UNCUSTOMIZED["V2_0"]
    same, report = customization.apply(drafted, wishes, client_id=CLIENT_ID)
    assert same is drafted
    assert report == ()


def test_the_draft_is_left_alone() -> None:
    sign_in = api_sign_in(pool=pool("V1_0"))
    drafted = draft(sign_in)
    before = claims.finish(drafted)
    event = {
        **pre_token_generation.event(drafted, sign_in),
        "response": {
            "claimsOverrideDetails": {
                "claimsToAddOrOverride": {"email": "x"},
                "claimsToSuppress": ["custom:berth", "cognito:groups"],
                "groupOverrideDetails": None,
            }
        },
    }
    wishes = trigger_answers.read(event, event, "V1_0")
    customization.apply(drafted, wishes, client_id=CLIENT_ID)
    assert claims.finish(drafted) == before


def test_the_quota_is_a_setting() -> None:
    sign_in = api_sign_in(pool=pool("V1_0"))
    response = {"claimsOverrideDetails": {"claimsToAddOrOverride": {"one": "more"}}}
    id_claims, access_claims = claims.finish(draft(sign_in))
    # The scope claim counts by its one scope.
    size = len(id_claims or ()) + len(access_claims)
    customize(sign_in, "V1_0", response, quota=size + 1)
    with pytest.raises(InvalidLambdaResponseException, match="Unrecognizable lambda output"):
        customize(sign_in, "V1_0", response, quota=size)
