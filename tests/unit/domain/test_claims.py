"""What tokens say, flow by flow, against whole claim sets."""

from __future__ import annotations

import dataclasses

import pytest

from poolhouse.domain.records import RefreshRotation
from sample_authentications import (
    AUTH_TIME,
    CLIENT,
    CLIENT_ID,
    EVENT_ID,
    INES,
    ISSUER,
    NOW_SECONDS,
    ORIGIN_JTI,
    PILOT,
    SUB,
    api_sign_in,
    code_grant,
    draft,
    finished,
    machine,
)

API_ACCESS = {
    "sub": SUB,
    "cognito:groups": ["pilots", "night-watch"],
    "iss": ISSUER,
    "client_id": CLIENT_ID,
    "origin_jti": ORIGIN_JTI,
    "event_id": EVENT_ID,
    "token_use": "access",
    "scope": "aws.cognito.signin.user.admin",
    "auth_time": AUTH_TIME,
    "exp": NOW_SECONDS + 3600,
    "iat": NOW_SECONDS,
    "jti": "access-jti",
    "username": "ines",
}
API_ID = {
    "sub": SUB,
    "email": "ines@harbour.test",
    "email_verified": True,
    "custom:berth": "C14",
    "cognito:groups": ["pilots", "night-watch"],
    "cognito:roles": [PILOT],
    "cognito:preferred_role": PILOT,
    "cognito:username": "ines",
    "iss": ISSUER,
    "aud": CLIENT_ID,
    "origin_jti": ORIGIN_JTI,
    "event_id": EVENT_ID,
    "token_use": "id",
    "auth_time": AUTH_TIME,
    "exp": NOW_SECONDS + 3600,
    "iat": NOW_SECONDS,
    "jti": "id-jti",
}


def test_an_api_sign_in() -> None:
    assert finished(api_sign_in()) == (API_ID, API_ACCESS)


def test_a_code_grant_has_version_nonce_and_its_scopes() -> None:
    scopes = ("openid", "email", "tides/read")
    id_claims, access_claims = finished(code_grant(*scopes, nonce="n-1"))
    expected = {name: value for name, value in API_ID.items() if name != "custom:berth"}
    assert id_claims == {**expected, "nonce": "n-1"}
    assert access_claims == {**API_ACCESS, "version": 2, "scope": "openid email tides/read"}


def test_a_code_grant_without_openid_has_no_id_token() -> None:
    id_claims, access_claims = finished(code_grant("tides/read", nonce="n-1"))
    assert id_claims is None
    assert access_claims["scope"] == "tides/read"


def test_a_machine_token_says_nothing_about_a_user() -> None:
    assert finished(machine(event_id=EVENT_ID, resource="https://x.test", device_key="d")) == (
        None,
        {
            "sub": CLIENT_ID,
            "token_use": "access",
            "scope": "tides/read tides/publish",
            "auth_time": NOW_SECONDS,
            "iss": ISSUER,
            "exp": NOW_SECONDS + 3600,
            "iat": NOW_SECONDS,
            "version": 2,
            "jti": "access-jti",
            "client_id": CLIENT_ID,
        },
    )


def test_a_refresh_keeps_times_and_ids_of_the_sign_in_but_not_the_nonce() -> None:
    refresh = code_grant("openid", source="TokenGeneration_RefreshTokens", nonce="n-1")
    id_claims, access_claims = finished(refresh)
    assert id_claims is not None
    assert "nonce" not in id_claims
    for claims in (id_claims, access_claims):
        assert claims["auth_time"] == AUTH_TIME
        assert claims["event_id"] == EVENT_ID
        assert claims["origin_jti"] == ORIGIN_JTI
    assert access_claims["version"] == 2


def test_an_api_sign_in_has_no_nonce() -> None:
    id_claims, _ = finished(api_sign_in(nonce="n-1"))
    assert id_claims is not None
    assert "nonce" not in id_claims


@pytest.mark.parametrize(
    ("changes", "has_jti"),
    [
        ({}, True),
        ({"token_revocation": False}, False),
        ({"token_revocation": False, "refresh_rotation": RefreshRotation(10)}, True),
    ],
)
def test_the_id_token_has_a_jti_when_tokens_can_be_revoked(
    changes: dict[str, object], has_jti: bool
) -> None:
    client = dataclasses.replace(CLIENT, **changes)  # type: ignore[arg-type]  # a table of changes
    sign_in = api_sign_in(client=client, origin_jti=ORIGIN_JTI if has_jti else None)
    id_claims, access_claims = finished(sign_in)
    assert id_claims is not None
    assert ("jti" in id_claims, "origin_jti" in id_claims) == (has_jti, has_jti)
    assert access_claims["jti"] == "access-jti"
    assert ("origin_jti" in access_claims) == has_jti


def test_lifetimes_are_the_clients() -> None:
    client = dataclasses.replace(CLIENT, access_token_seconds=300, id_token_seconds=86400)
    id_claims, access_claims = finished(api_sign_in(client=client))
    assert id_claims is not None
    assert id_claims["exp"] == NOW_SECONDS + 86400
    assert access_claims["exp"] == NOW_SECONDS + 300


def test_optional_claims_of_a_sign_in() -> None:
    sign_in = code_grant(
        "openid",
        device_key="eu-west-1_d",
        resource="https://tides.test",
        acr="urn:cognito:loa:4",
        amr=("pwd", "otp", "mfa"),
    )
    id_claims, access_claims = finished(sign_in)
    assert id_claims is not None
    assert access_claims["device_key"] == "eu-west-1_d"
    assert access_claims["aud"] == "https://tides.test"
    assert id_claims["aud"] == CLIENT_ID
    for claims in (id_claims, access_claims):
        assert claims["acr"] == "urn:cognito:loa:4"
        assert claims["amr"] == ["pwd", "otp", "mfa"]


def test_a_profile_cannot_forge_the_claims_of_the_sign_in() -> None:
    forged = dict.fromkeys(API_ID, "forged")
    id_claims, _ = finished(api_sign_in(user=dataclasses.replace(INES, attributes=forged)))
    assert id_claims is not None
    kept = API_ID.keys() - {"email", "email_verified", "custom:berth"}
    assert {name: id_claims[name] for name in kept} == {name: API_ID[name] for name in kept}


def test_no_groups_and_no_scopes_leave_no_claims() -> None:
    id_claims, access_claims = finished(code_grant(groups=()))
    assert id_claims is None
    assert access_claims.keys().isdisjoint({"cognito:groups", "scope"})


def test_finishing_leaves_the_draft_alone() -> None:
    drafted = draft(api_sign_in())
    assert "scope" not in drafted.access_claims
    assert drafted == draft(api_sign_in())


def test_federated_identities_are_strings() -> None:
    text = (
        '[{"userId": "u1", "providerName": "Port", "providerType": "SAML", "issuer": null,'
        ' "primary": true, "dateCreated": 1790000000000}]'
    )
    user = dataclasses.replace(INES, attributes={**INES.attributes, "identities": text})
    id_claims, access_claims = finished(api_sign_in(user=user))
    assert id_claims is not None
    assert id_claims["identities"] == [
        {
            "userId": "u1",
            "providerName": "Port",
            "providerType": "SAML",
            "issuer": None,
            "primary": "true",
            "dateCreated": "1790000000000",
        }
    ]
    assert "identities" not in access_claims
