"""``ExplicitAuthFlows``: the ways an app client may sign users in, and refresh token rotation.

Inside, flows have their present names (``ALLOW_...``), whichever were configured. Source: the API
reference of CreateUserPoolClient; Amazon Cognito developer guide, "Refresh tokens".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from poolhouse.domain import feature_plans
from poolhouse.domain.records import RefreshRotation, Tier
from poolhouse.errors import InvalidParameterException

ALLOW_REFRESH: Final = "ALLOW_REFRESH_TOKEN_AUTH"
ALLOW_SRP: Final = "ALLOW_USER_SRP_AUTH"
ALLOW_CUSTOM: Final = "ALLOW_CUSTOM_AUTH"
ALLOW_CHOICE: Final = "ALLOW_USER_AUTH"
# ``client-token-flow``
ALLOW_CLIENT_TOKEN: Final = "ALLOW_CLIENT_TOKEN_AUTH"
ALLOW_IMPERSONATION: Final = "ALLOW_TOKEN_EXCHANGE_IMPERSONATION"
ALLOW_DELEGATION: Final = "ALLOW_TOKEN_EXCHANGE_DELEGATION"

DEFAULT_FLOWS: Final = frozenset({ALLOW_REFRESH, ALLOW_SRP, ALLOW_CUSTOM})
CUSTOM_ONLY: Final = "CUSTOM_AUTH_FLOW_ONLY"
_LEGACY: Final = {
    "ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
    CUSTOM_ONLY: ALLOW_CUSTOM,
}

# Ours: these combinations are documented as refused, without sentences.
MIXED_NAMES: Final = (
    "ExplicitAuthFlows cannot mix legacy values with values that begin with ALLOW_."
)
ROTATION_WITH_REFRESH_FLOW: Final = (
    "ALLOW_REFRESH_TOKEN_AUTH cannot be enabled along with refresh token rotation."
)
CLIENT_TOKEN_NOT_ALONE: Final = (
    "ALLOW_CLIENT_TOKEN_AUTH cannot be enabled along with other authentication flows."
)
CLIENT_TOKEN_WITHOUT_SECRET: Final = (
    "ALLOW_CLIENT_TOKEN_AUTH cannot be enabled if client does not have a client secret."
)


def check(
    flows: Collection[str], rotation: Mapping[str, Any] | None, *, tier: Tier, has_secret: bool
) -> None:
    """Refuse flows that cannot go together.

    Raises InvalidParameterException, FeatureUnavailableInTierException.
    """
    given = frozenset(flows)
    legacy = given & _LEGACY.keys()
    if legacy and legacy != given:
        raise InvalidParameterException(MIXED_NAMES)
    if ALLOW_CLIENT_TOKEN in given:
        if given != {ALLOW_CLIENT_TOKEN}:
            raise InvalidParameterException(CLIENT_TOKEN_NOT_ALONE)
        if not has_secret:
            raise InvalidParameterException(CLIENT_TOKEN_WITHOUT_SECRET)
    if ALLOW_REFRESH in given and refresh_rotation(rotation) is not None:
        raise InvalidParameterException(ROTATION_WITH_REFRESH_FLOW)
    if {ALLOW_IMPERSONATION, ALLOW_DELEGATION} & given:
        feature_plans.check(tier, [feature_plans.TOKEN_EXCHANGE])
    if ALLOW_CHOICE in given:
        feature_plans.check(tier, [feature_plans.CHOICE_BASED_SIGN_IN])


def effective(flows: Collection[str], rotation: Mapping[str, Any] | None) -> frozenset[str]:
    """The flows in force, under their present names.

    None configured means SRP, custom and refresh; legacy names leave those three in force
    (``legacy-flows``), except that ``CUSTOM_AUTH_FLOW_ONLY`` excludes every flow with a password.
    Present names mean just themselves (``listed-flows``). Rotation takes the place of the refresh
    flow (``rotation-replaces-refresh``).
    """
    given = frozenset(flows)
    if not given:
        allowed = DEFAULT_FLOWS
    elif CUSTOM_ONLY in given:
        allowed = frozenset({ALLOW_CUSTOM, ALLOW_REFRESH})
    elif given & _LEGACY.keys():
        allowed = DEFAULT_FLOWS | {_LEGACY[flow] for flow in given}
    else:
        allowed = given
    return allowed if refresh_rotation(rotation) is None else allowed - {ALLOW_REFRESH}


def refresh_rotation(settings: Mapping[str, Any] | None) -> RefreshRotation | None:
    """The rotation in force; None when it is off or was never on."""
    if not settings or settings["Feature"] != "ENABLED":
        return None
    return RefreshRotation(grace_seconds=settings.get("RetryGracePeriodSeconds") or 0)


def complete_rotation(
    given: Mapping[str, Any] | None, current: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    """``RefreshTokenRotation`` as stored: once it was on, being off is shown as DISABLED
    (``rotation-omitted``).
    """
    if given:
        return {"RetryGracePeriodSeconds": 0, **given}
    if current:
        return {"Feature": "DISABLED", "RetryGracePeriodSeconds": 0}
    return None
