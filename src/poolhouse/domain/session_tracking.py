"""User sessions: whether a pool tracks them, how many a user may have, how long SSO is reused.

Source: Amazon Cognito API reference, SetUserPoolSessionConfiguration and
SetUserPoolClientSessionConfiguration.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from poolhouse.domain.records import UserPool

TOKEN_PREFIX: Final = "tkn"
SSO_PREFIX: Final = "sso"
DEFAULT_SSO_MINUTES: Final = 60
LONGEST_SSO_MINUTES: Final = 129_600

_DEFAULTS: Final[Mapping[str, Any]] = {
    "UserSessionTracking": "DISABLED",
    "TokenSession": {"MaxPerUser": 20},
}


def configuration(pool: UserPool) -> dict[str, Any]:
    """What GetUserPoolSessionConfiguration shows, without the pool's id."""
    return {**_DEFAULTS, **pool.user_sessions}


def is_on(pool: UserPool) -> bool:
    """Whether sign-ins are tracked now. A plan without the feature leaves the setting dormant."""
    return pool.tier != "LITE" and configuration(pool)["UserSessionTracking"] == "ENABLED"


def most_per_user(pool: UserPool) -> int:
    """How many token sessions a user may have at a time."""
    most: int = configuration(pool)["TokenSession"]["MaxPerUser"]
    return most
