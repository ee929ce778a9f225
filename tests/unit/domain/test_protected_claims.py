"""The table of what functions cannot touch, and that the table of choices explains it."""

from __future__ import annotations

import pytest

from poolhouse.domain.choices import CHOICES
from poolhouse.domain.protected_claims import ACCESS_TOKEN, ID_TOKEN, PROTECTION


def test_the_documented_names() -> None:
    """The guide's two lists, written out; what is not in them is ours to answer for."""
    both = "acr amr auth_time azp exp iat iss jti nbf nonce origin_jti sub token_use"
    in_id = {*both.split(), "at_hash", "aud", "cognito:username", "identities"}
    in_access = {
        *both.split(),
        "client_id",
        "device_key",
        "event_id",
        "scope",
        "username",
        "version",
    }
    assert {name for name, mark in ID_TOKEN.items() if mark == "documented"} == in_id
    assert {name for name, mark in ACCESS_TOKEN.items() if mark == "documented"} == in_access
    assert ID_TOKEN.keys() - in_id == {"act", "event_id"}
    assert ACCESS_TOKEN.keys() - in_access == {"act", "at_hash", "cognito:username", "identities"}


@pytest.mark.parametrize("key", PROTECTION)
@pytest.mark.parametrize(
    ("name", "setting", "suppressing"),
    [
        ("sub", "protected-claim", "protected-claim"),
        ("cognito:username", "protected-claim", "protected-claim"),
        ("cognito:groups", "reserved-prefix", None),
        ("cognito:roles", "reserved-prefix", "reserved-prefix"),
        ("cognito:", "reserved-prefix", "reserved-prefix"),
        ("dev:custom:note", "developer-only-claim", None),
        ("email", None, None),
        ("custom:berth", None, None),
        ("SUB", None, None),
        ("cognito", None, None),
    ],
)
def test_protection(
    key: tuple[str, str], name: str, setting: str | None, suppressing: str | None
) -> None:
    protection = {str(known): found for known, found in PROTECTION.items()}[str(key)]
    if key == ("access", "V1_0"):
        setting = suppressing = "unreachable-token"
    assert protection.against_setting(name) == setting
    assert protection.against_suppressing(name) == suppressing
    assert {setting, suppressing} <= {None, *CHOICES}
