"""The claims that a pre token generation function cannot touch, as one table.

Each name carries where we know it from: *documented* (Amazon Cognito developer guide, "Pre token
generation Lambda trigger", the table of claims and scopes) or *ours*, the safe reading of something
the guide leaves open.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

from poolhouse.domain.choices import Mark
from poolhouse.domain.records import EventVersion

Token = Literal["id", "access"]

RESERVED_PREFIX: Final = "cognito:"
DEVELOPER_PREFIX: Final = "dev:"
GROUPS: Final = "cognito:groups"
ROLES: Final = "cognito:roles"
PREFERRED_ROLE: Final = "cognito:preferred_role"
AUDIENCE: Final = "aud"

_BOTH: Final[Mapping[str, Mark]] = {
    "acr": "documented",
    "act": "ours",
    "amr": "documented",
    "at_hash": "documented",
    "auth_time": "documented",
    "azp": "documented",
    "cognito:username": "documented",
    "event_id": "documented",
    "exp": "documented",
    "iat": "documented",
    "identities": "documented",
    "iss": "documented",
    "jti": "documented",
    "nbf": "documented",
    "nonce": "documented",
    "origin_jti": "documented",
    "sub": "documented",
    "token_use": "documented",
}

ID_TOKEN: Final[Mapping[str, Mark]] = MappingProxyType(
    {**_BOTH, "event_id": "ours", "aud": "documented"}
)

ACCESS_TOKEN: Final[Mapping[str, Mark]] = MappingProxyType(
    {
        **_BOTH,
        "at_hash": "ours",
        "cognito:username": "ours",
        "identities": "ours",
        "client_id": "documented",
        "device_key": "documented",
        "scope": "documented",
        "username": "documented",
        "version": "documented",
    }
)


@dataclass(frozen=True, slots=True)
class Protection:
    """What is out of reach in one token kind under one event version.

    The questions are answered with the name of the rule (:mod:`poolhouse.domain.choices`) that
    stands in the way, or None.
    """

    names: Mapping[str, Mark]
    unreachable: bool = False

    def against_setting(self, name: str) -> str | None:
        """Why ``claimsToAddOrOverride`` may not set ``name``."""
        if self.unreachable:
            return "unreachable-token"
        if name in self.names:
            return "protected-claim"
        if name.startswith(RESERVED_PREFIX):
            return "reserved-prefix"
        if name.startswith(DEVELOPER_PREFIX):
            return "developer-only-claim"
        return None

    def against_suppressing(self, name: str) -> str | None:
        """Why ``claimsToSuppress`` may not remove ``name``; the groups may always go."""
        if self.unreachable:
            return "unreachable-token"
        if name in self.names:
            return "protected-claim"
        if name.startswith(RESERVED_PREFIX) and name != GROUPS:
            return "reserved-prefix"
        return None


_ID = Protection(ID_TOKEN)
_ACCESS = Protection(ACCESS_TOKEN)

PROTECTION: Final[Mapping[tuple[Token, EventVersion], Protection]] = MappingProxyType(
    {
        ("id", "V1_0"): _ID,
        ("id", "V2_0"): _ID,
        ("id", "V3_0"): _ID,
        ("access", "V1_0"): Protection(ACCESS_TOKEN, unreachable=True),
        ("access", "V2_0"): _ACCESS,
        ("access", "V3_0"): _ACCESS,
    }
)
"""Token kind and event version to what is protected there. Version 1 reaches no access token."""
