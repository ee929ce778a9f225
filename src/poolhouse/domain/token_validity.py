"""How long an app client's tokens live: numbers with units on the wire, seconds inside.

Source: Amazon Cognito developer guide, "Using tokens", and the API reference of
CreateUserPoolClient (``TokenValidityUnits``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.errors import InvalidParameterException

_SECONDS: Final = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}
_HOUR = _SECONDS["hours"]
_DAY = _SECONDS["days"]

DEFAULT_SHORT_SECONDS: Final = _HOUR
DEFAULT_REFRESH_SECONDS: Final = 30 * _DAY
DEFAULT_AUTH_SESSION_MINUTES: Final = 3


@dataclass(frozen=True, slots=True)
class _TokenKind:
    member: str
    unit_member: str
    default_unit: str
    default_seconds: int
    shortest_seconds: int
    longest_seconds: int


_ACCESS = _TokenKind(
    "AccessTokenValidity", "AccessToken", "hours", DEFAULT_SHORT_SECONDS, 300, _DAY
)
_ID = _TokenKind("IdTokenValidity", "IdToken", "hours", DEFAULT_SHORT_SECONDS, 300, _DAY)
_REFRESH = _TokenKind(
    "RefreshTokenValidity", "RefreshToken", "days", DEFAULT_REFRESH_SECONDS, _HOUR, 3650 * _DAY
)


@dataclass(frozen=True, slots=True)
class Validity:
    """Effective lifetimes."""

    access_token_seconds: int
    id_token_seconds: int
    refresh_token_seconds: int
    auth_session_seconds: int


def complete(request: Mapping[str, Any]) -> dict[str, Any]:
    """The validity members as stored and echoed. Raises InvalidParameterException.

    Access and ID validity stay absent unless given. A refresh validity of zero, or none, becomes
    the default of 30 days, written in the unit that was asked for (``refresh-validity-unit``).
    """
    units = dict(request.get("TokenValidityUnits") or {})
    settings: dict[str, Any] = {
        "TokenValidityUnits": units,
        "AuthSessionValidity": request.get("AuthSessionValidity") or DEFAULT_AUTH_SESSION_MINUTES,
        "RefreshTokenValidity": request.get("RefreshTokenValidity")
        or DEFAULT_REFRESH_SECONDS // _unit_seconds(_REFRESH, units),
    }
    for token in (_ACCESS, _ID):
        if request.get(token.member):
            settings[token.member] = request[token.member]
    for token in (_ACCESS, _ID, _REFRESH):
        if not token.shortest_seconds <= _seconds(token, settings) <= token.longest_seconds:
            raise InvalidParameterException("Invalid range for token validity.")
    return settings


def effective(settings: Mapping[str, Any]) -> Validity:
    """The lifetimes that stored settings mean."""
    return Validity(
        access_token_seconds=_seconds(_ACCESS, settings),
        id_token_seconds=_seconds(_ID, settings),
        refresh_token_seconds=_seconds(_REFRESH, settings),
        auth_session_seconds=60 * settings.get("AuthSessionValidity", DEFAULT_AUTH_SESSION_MINUTES),
    )


def _seconds(token: _TokenKind, settings: Mapping[str, Any]) -> int:
    value: int | None = settings.get(token.member)
    if not value:
        return token.default_seconds
    return value * _unit_seconds(token, settings.get("TokenValidityUnits") or {})


def _unit_seconds(token: _TokenKind, units: Mapping[str, str]) -> int:
    return _SECONDS[units.get(token.unit_member) or token.default_unit]
