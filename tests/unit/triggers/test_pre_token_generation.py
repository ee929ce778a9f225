"""The events of the pre token generation trigger, against whole events, and when it runs."""

from __future__ import annotations

import dataclasses
import json

import pytest

from poolhouse.domain.authentication import Authentication
from poolhouse.domain.records import EventVersion
from poolhouse.triggers import pre_token_generation
from sample_authentications import (
    CLIENT_ID,
    INES,
    PILOT,
    SUB,
    api_sign_in,
    code_grant,
    draft,
    machine,
    triggered,
)

COMMON = {
    "region": "eu-west-1",
    "userPoolId": "eu-west-1_Q7hYk2LmN",
    "userName": "ines",
    "callerContext": {"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": CLIENT_ID},
}
ATTRIBUTES = {
    "sub": SUB,
    "cognito:user_status": "CONFIRMED",
    "email": "ines@harbour.test",
    "email_verified": "true",
    "custom:berth": "C14",
}
GROUPS = {
    "groupsToOverride": ["pilots", "night-watch"],
    "iamRolesToOverride": [PILOT],
    "preferredRole": PILOT,
}


def event_of(sign_in: Authentication) -> dict[str, object]:
    return pre_token_generation.event(draft(sign_in), sign_in)


def test_version_1() -> None:
    event = event_of(api_sign_in(pool=triggered("V1_0"), client_metadata={"terminal": "north"}))
    assert event == {
        "version": "1",
        "triggerSource": "TokenGeneration_Authentication",
        **COMMON,
        "request": {
            "userAttributes": ATTRIBUTES,
            "groupConfiguration": GROUPS,
            "clientMetadata": {"terminal": "north"},
        },
        "response": {"claimsOverrideDetails": None},
    }
    assert list(event) == [
        "version",
        "triggerSource",
        "region",
        "userPoolId",
        "userName",
        "callerContext",
        "request",
        "response",
    ]


@pytest.mark.parametrize(("version", "number"), [("V2_0", "2"), ("V3_0", "3")])
def test_versions_2_and_3(version: EventVersion, number: str) -> None:
    sign_in = code_grant("openid", "email", "tides/read", pool=triggered(version), groups=())
    assert event_of(sign_in) == {
        "version": number,
        "triggerSource": "TokenGeneration_HostedAuth",
        **COMMON,
        "request": {
            # The whole profile, whatever scopes and read permissions leave of it in the token.
            "userAttributes": ATTRIBUTES,
            "groupConfiguration": {
                "groupsToOverride": [],
                "iamRolesToOverride": [],
                "preferredRole": None,
            },
            "scopes": ["openid", "email", "tides/read"],
        },
        "response": {"claimsAndScopeOverrideDetails": None},
    }


def test_machine() -> None:
    sign_in = machine(pool=triggered("V3_0"), client_metadata={"actingFor": "ines"})
    assert event_of(sign_in) == {
        "version": "3",
        "triggerSource": "TokenGeneration_ClientCredentials",
        **COMMON,
        "userName": "ClientCredentials",
        "request": {
            "userAttributes": {},
            "groupConfiguration": None,
            "scopes": ["tides/read", "tides/publish"],
            "clientMetadata": {"actingFor": "ines"},
        },
        "response": {"claimsAndScopeOverrideDetails": None},
    }


def test_groups_are_told_when_no_id_token_is_due() -> None:
    event = event_of(code_grant("tides/read", pool=triggered("V2_0")))
    assert event["request"] == {
        "userAttributes": ATTRIBUTES,
        "groupConfiguration": GROUPS,
        "scopes": ["tides/read"],
    }


@pytest.mark.parametrize("metadata", [None, {}])
def test_no_client_metadata_no_member(metadata: dict[str, str] | None) -> None:
    event = event_of(api_sign_in(pool=triggered("V2_0"), client_metadata=metadata))
    assert "clientMetadata" not in str(event)


def test_an_event_is_json_and_shares_nothing_with_the_sign_in() -> None:
    sign_in = api_sign_in(pool=triggered("V2_0"), client_metadata={"a": "b"})
    event = pre_token_generation.event(draft(sign_in), sign_in)
    assert json.loads(json.dumps(event)) == event
    event["request"]["userAttributes"].clear()
    event["request"]["clientMetadata"].clear()
    assert sign_in.client_metadata == {"a": "b"}
    assert INES.attributes["email"] == "ines@harbour.test"


def test_verified_aliases_are_named() -> None:
    pool = dataclasses.replace(
        triggered("V2_0"), alias_attributes=("email", "phone_number", "preferred_username")
    )
    event = pre_token_generation.event(draft(api_sign_in(pool=pool)), api_sign_in(pool=pool))
    assert event["request"]["userAttributes"] == {
        **ATTRIBUTES,
        "cognito:email_alias": "ines@harbour.test",
    }


def test_without_a_trigger_there_is_no_event() -> None:
    with pytest.raises(ValueError, match="no pre token generation trigger"):
        event_of(api_sign_in())


EXCHANGE = "TokenGeneration_TokenExchange"


@pytest.mark.parametrize(
    ("sign_in", "versions"),
    [
        (api_sign_in(), ["V1_0", "V2_0", "V3_0"]),
        (api_sign_in(source="TokenGeneration_RefreshTokens"), ["V1_0", "V2_0", "V3_0"]),
        (code_grant("tides/read"), ["V1_0", "V2_0", "V3_0"]),
        (machine(), ["V3_0"]),
        (code_grant("tides/read", source=EXCHANGE), ["V2_0", "V3_0"]),
        (code_grant("openid", source=EXCHANGE), ["V1_0", "V2_0", "V3_0"]),
    ],
)
def test_when_it_runs(sign_in: Authentication, versions: list[EventVersion]) -> None:
    assert not pre_token_generation.applies(sign_in)
    known: list[EventVersion] = ["V1_0", "V2_0", "V3_0"]
    assert [
        version
        for version in known
        if pre_token_generation.applies(dataclasses.replace(sign_in, pool=triggered(version)))
    ] == versions
