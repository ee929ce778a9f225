"""Feature plans (``UserPoolTier``): which settings need which plan.

Source: Amazon Cognito developer guide, "User pool feature plans"; botocore's documentation of
``UserPoolTier`` and its neighbours. The refusal's sentence is partly ours (``plan-sentence`` in
:mod:`poolhouse.domain.pool_choices`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from poolhouse.domain.records import Tier
from poolhouse.domain.trigger_settings import pre_token_generation
from poolhouse.errors import FeatureUnavailableInTierException

DEFAULT_TIER: Final[Tier] = "ESSENTIALS"
_ORDER: Final[tuple[Tier, ...]] = ("LITE", "ESSENTIALS", "PLUS")

THREAT_PROTECTION: Final = "Threat Protection"
TOKEN_CUSTOMIZATION: Final = "Token Customization with Pre-Token Generation Lambda"
CHOICE_BASED_SIGN_IN: Final = "Choice-Based Sign-In"
PASSWORD_HISTORY: Final = "Password History"
CUSTOM_ACR_NAMES: Final = "Custom ACR Names"
CLIENT_REGISTRATION: Final = "Dynamic Client Registration"
MANAGED_LOGIN: Final = "Managed Login"
EMAIL_MFA: Final = "Email MFA"
PASSKEY_MFA: Final = "Passkey MFA"
REPLICATION: Final = "Multi-Region Replication"
STEP_UP: Final = "Step-Up Authentication"
SESSION_TRACKING: Final = "Session Tracking"
TOKEN_EXCHANGE: Final = "Token Exchange"

_MINIMUM: Final[dict[str, Tier]] = {
    THREAT_PROTECTION: "PLUS",
    f"{TOKEN_CUSTOMIZATION} V2_0": "ESSENTIALS",
    f"{TOKEN_CUSTOMIZATION} V3_0": "ESSENTIALS",
    CHOICE_BASED_SIGN_IN: "ESSENTIALS",
    PASSWORD_HISTORY: "ESSENTIALS",
    CUSTOM_ACR_NAMES: "ESSENTIALS",
    CLIENT_REGISTRATION: "ESSENTIALS",
    MANAGED_LOGIN: "ESSENTIALS",
    EMAIL_MFA: "ESSENTIALS",
    PASSKEY_MFA: "ESSENTIALS",
    REPLICATION: "ESSENTIALS",
    STEP_UP: "ESSENTIALS",
    SESSION_TRACKING: "ESSENTIALS",
    TOKEN_EXCHANGE: "ESSENTIALS",
}

# Pools that had advanced security features before the plans came keep these on LITE
# (developer guide, "Deactivating features for feature plans").
_LEGACY_ADVANCED_SECURITY: Final = frozenset({THREAT_PROTECTION, f"{TOKEN_CUSTOMIZATION} V2_0"})

DEFAULT_ACR_NAMES: Final = {f"Level{level}": f"urn:cognito:loa:{level}" for level in range(1, 5)}


def uses_threat_protection(settings: dict[str, Any]) -> bool:
    add_ons = settings.get("UserPoolAddOns") or {}
    return bool(add_ons.get("AdvancedSecurityMode", "OFF") != "OFF")


def features_in_use(settings: dict[str, Any]) -> list[str]:
    """The features with a minimum plan that a pool's (complete) settings turn on."""
    trigger = pre_token_generation(settings["LambdaConfig"])
    policies = settings["Policies"]
    acr_names = {level: name["AcrValue"] for level, name in settings["AcrConfiguration"].items()}
    in_use = {
        THREAT_PROTECTION: uses_threat_protection(settings),
        CHOICE_BASED_SIGN_IN: (policies["SignInPolicy"]["AllowedFirstAuthFactors"] != ["PASSWORD"]),
        PASSWORD_HISTORY: policies["PasswordPolicy"].get("PasswordHistorySize", 0) > 0,
        CUSTOM_ACR_NAMES: acr_names != DEFAULT_ACR_NAMES,
        CLIENT_REGISTRATION: (
            settings.get("DcrConfiguration", {}).get("EnableStatus", "Disabled") == "Enabled"
        ),
    }
    features = [feature for feature, used in in_use.items() if used]
    if trigger is not None and trigger.version != "V1_0":
        features.append(f"{TOKEN_CUSTOMIZATION} {trigger.version}")
    return features


def includes(tier: Tier, feature: str) -> bool:
    """Whether a pool of that plan has the feature."""
    return _ORDER.index(tier) >= _ORDER.index(_MINIMUM[feature])


def check(tier: Tier, features: Iterable[str], *, legacy_advanced_security: bool = False) -> None:
    """Refuse features that ``tier`` lacks. Raises FeatureUnavailableInTierException."""
    granted = _LEGACY_ADVANCED_SECURITY if legacy_advanced_security else frozenset()
    lacking = [
        feature for feature in features if feature not in granted and not includes(tier, feature)
    ]
    if lacking:
        raise FeatureUnavailableInTierException(
            "The following features need to be disabled for the "
            f"{tier} pricing tier configured: {', '.join(lacking)}"
        )
