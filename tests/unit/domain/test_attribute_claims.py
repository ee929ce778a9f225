"""Which attributes become claims, and of what types."""

from __future__ import annotations

import pytest

from poolhouse.domain import attribute_claims

PROFILE = {
    "sub": "s",
    "email": "ines@harbour.test",
    "email_verified": "true",
    "phone_number": "+353850000001",
    "phone_number_verified": "false",
    "given_name": "Ines",
    "updated_at": "1789000000",
    "address": "Pier 4",
    "custom:berth": "14",
    "dev:custom:note": "blue",
    "identities": "[]",
}
EVERYTHING = PROFILE.keys() - {"sub", "identities"}
EMAIL = {"email", "email_verified"}
PHONE = {"phone_number", "phone_number_verified"}


@pytest.mark.parametrize(
    ("scopes", "released"),
    [
        (None, EVERYTHING),
        (["openid"], EVERYTHING),
        (["openid", "tides/read", "aws.cognito.signin.user.admin"], EVERYTHING),
        (["openid", "email"], EMAIL),
        (["openid", "phone"], PHONE),
        (["openid", "phone", "email"], PHONE | EMAIL),
        (["openid", "profile"], EVERYTHING - EMAIL - PHONE),
        (["openid", "profile", "email", "phone"], EVERYTHING),
    ],
)
def test_scopes_release_attributes(scopes: list[str] | None, released: set[str]) -> None:
    assert attribute_claims.draft(PROFILE, readable=None, scopes=scopes).keys() == released


def test_read_permissions_narrow_what_scopes_release() -> None:
    readable = {"email", "given_name"}
    claims = attribute_claims.draft(PROFILE, readable=readable, scopes=["openid", "email"])
    assert claims == {"email": "ines@harbour.test"}
    assert attribute_claims.draft(PROFILE, readable=frozenset(), scopes=None) == {}


def test_types_of_claims() -> None:
    claims = attribute_claims.draft(PROFILE, readable=None, scopes=None)
    assert claims["email_verified"] is True
    assert claims["phone_number_verified"] is False
    assert claims["updated_at"] == 1789000000
    assert claims["address"] == {"formatted": "Pier 4"}
    assert claims["custom:berth"] == "14"


@pytest.mark.parametrize(
    ("text", "claim"),
    [
        ("12.5", 12.5),
        ("-3", -3),
        ("", ""),
        ("soon", "soon"),
        ("1_000", "1_000"),
        ("\u0661", "\u0661"),
    ],
)
def test_an_unreadable_number_stays_text(text: str, claim: object) -> None:
    claims = attribute_claims.draft({"updated_at": text}, readable=None, scopes=None)
    assert claims == {"updated_at": claim}


@pytest.mark.parametrize("text", [None, "", "not JSON", "{}", '"x"', "7", "[" * 2048])
def test_unreadable_identities_are_none(text: str | None) -> None:
    assert attribute_claims.identities(text) is None
