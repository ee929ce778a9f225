from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain import token_validity
from poolhouse.errors import InvalidParameterException

DAY = 86400


@pytest.mark.parametrize(
    ("asked", "access", "id_", "refresh"),
    [
        ({}, 3600, 3600, 30 * DAY),
        ({"AccessTokenValidity": 24, "IdTokenValidity": 2}, DAY, 7200, 30 * DAY),
        ({"RefreshTokenValidity": 0}, 3600, 3600, 30 * DAY),
        ({"RefreshTokenValidity": 3650}, 3600, 3600, 3650 * DAY),
        ({"TokenValidityUnits": {"AccessToken": "minutes"}}, 3600, 3600, 30 * DAY),
        ({"TokenValidityUnits": {"RefreshToken": "minutes"}}, 3600, 3600, 30 * DAY),
        (
            {
                "AccessTokenValidity": 5,
                "IdTokenValidity": 300,
                "RefreshTokenValidity": 60,
                "TokenValidityUnits": {
                    "AccessToken": "minutes",
                    "IdToken": "seconds",
                    "RefreshToken": "minutes",
                },
            },
            300,
            300,
            3600,
        ),
    ],
)
def test_lifetimes(asked: dict[str, Any], access: int, id_: int, refresh: int) -> None:
    stored = token_validity.complete(asked)
    found = token_validity.effective(stored)
    assert (found.access_token_seconds, found.id_token_seconds) == (access, id_)
    assert found.refresh_token_seconds == refresh
    assert token_validity.complete(stored) == stored


def test_the_default_refresh_validity_keeps_the_asked_unit() -> None:
    stored = token_validity.complete({"TokenValidityUnits": {"RefreshToken": "hours"}})
    assert stored["RefreshTokenValidity"] == 720
    assert "AccessTokenValidity" not in stored


@pytest.mark.parametrize(
    ("token", "value", "unit"),
    [
        ("AccessToken", 299, "seconds"),
        ("AccessToken", 4, "minutes"),
        ("AccessToken", 25, "hours"),
        ("AccessToken", 2, "days"),
        ("IdToken", 299, "seconds"),
        ("IdToken", 86401, "seconds"),
        ("RefreshToken", 59, "minutes"),
        ("RefreshToken", 3599, "seconds"),
        ("RefreshToken", 3651, "days"),
        ("RefreshToken", 315360000, "days"),
    ],
)
def test_out_of_range(token: str, value: int, unit: str) -> None:
    with pytest.raises(InvalidParameterException) as refusal:
        token_validity.complete({f"{token}Validity": value, "TokenValidityUnits": {token: unit}})
    assert refusal.value.message == "Invalid range for token validity."


def test_auth_sessions_are_in_minutes() -> None:
    assert token_validity.effective(token_validity.complete({})).auth_session_seconds == 180
    asked = token_validity.complete({"AuthSessionValidity": 15})
    assert token_validity.effective(asked).auth_session_seconds == 900
