"""SetUserPoolMfaConfig: which second factors a pool has, and what they need.

SMS and the MFA mode belong to the pool's settings; the other factors are kept beside them, in
``UserPool.mfa``, as GetUserPoolMfaConfig echoes them. Source: the API reference of both
operations; sentences as observed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from poolhouse.domain import feature_plans, pool_defaults, pool_rules
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException

_SMS = "SmsMfaConfiguration"
_TOTP = "SoftwareTokenMfaConfiguration"
_EMAIL = "EmailMfaConfiguration"
_PASSKEYS = "WebAuthnConfiguration"

_PASSKEY_DEFAULTS = {"UserVerification": "preferred", "FactorConfiguration": "SINGLE_FACTOR"}


@dataclass(frozen=True, slots=True)
class MultiFactor:
    """A pool's settings and factor blocks after a change."""

    settings: dict[str, Any]
    mfa: dict[str, Any]


def for_set(pool: UserPool, request: Mapping[str, Any]) -> MultiFactor:
    """What a SetUserPoolMfaConfig request makes of ``pool``.

    A factor block that is left out switches its factor off. Ours, as the page is silent: the mode
    and the passkey block are kept when left out, so that a request may be about passkeys alone;
    email MFA takes any sender. Raises InvalidParameterException and
    FeatureUnavailableInTierException.
    """
    settings = dict(pool.settings)
    settings["MfaConfiguration"] = request.get("MfaConfiguration", settings["MfaConfiguration"])
    # Whether SMS is a factor is its own fact: the sender also verifies telephone numbers.
    mfa: dict[str, Any] = {_SMS: False}
    sms = request.get(_SMS)
    if sms is not None:
        sender = pool_defaults.sms_configuration(sms.get("SmsConfiguration"), pool.region)
        if sender is None:
            raise InvalidParameterException(
                "[SmsConfiguration] is a required member of [SoftwareTokenMfaConfiguration]."
            )
        settings["SmsConfiguration"] = sender
        if "SmsAuthenticationMessage" in sms:
            settings["SmsAuthenticationMessage"] = sms["SmsAuthenticationMessage"]
        mfa[_SMS] = True
    if request.get(_TOTP, {}).get("Enabled"):
        mfa[_TOTP] = {"Enabled": True}
    if _EMAIL in request:
        mfa[_EMAIL] = request[_EMAIL]
    if _PASSKEYS in request:
        mfa[_PASSKEYS] = {**_PASSKEY_DEFAULTS, **request[_PASSKEYS]}
    elif _PASSKEYS in pool.mfa:
        mfa[_PASSKEYS] = pool.mfa[_PASSKEYS]
    if settings["MfaConfiguration"] != "OFF" and not (mfa[_SMS] or has_other_factors(mfa)):
        raise InvalidParameterException(
            "At least one of [SmsMfaConfiguration] or [SoftwareTokenMfaConfiguration] must be "
            "provided."
        )
    pool_rules.check_multi_factor(settings, other_factors=has_other_factors(mfa))
    feature_plans.check(pool.tier, features_in_use(mfa))
    return MultiFactor(settings, mfa)


def configuration(
    settings: Mapping[str, Any], mfa: Mapping[str, Any], *, relying_party: str | None = None
) -> dict[str, Any]:
    """The answer of GetUserPoolMfaConfig: the mode, and the blocks of configured factors.

    ``relying_party`` is the pool's domain, which passkeys are bound to unless told otherwise.
    """
    shown: dict[str, Any] = {"MfaConfiguration": settings["MfaConfiguration"]}
    # A pool made with an SMS sender, and never asked about factors, has SMS as a factor.
    if "SmsConfiguration" in settings and mfa.get(_SMS, True):
        shown[_SMS] = {"SmsConfiguration": settings["SmsConfiguration"]}
        if "SmsAuthenticationMessage" in settings:
            shown[_SMS]["SmsAuthenticationMessage"] = settings["SmsAuthenticationMessage"]
    shown.update({block: mfa[block] for block in (_TOTP, _EMAIL) if block in mfa})
    if _PASSKEYS in mfa:
        default = {"RelyingPartyId": relying_party} if relying_party else {}
        shown[_PASSKEYS] = {**default, **mfa[_PASSKEYS]}
    return shown


def has_other_factors(mfa: Mapping[str, Any]) -> bool:
    """Whether TOTP or email is a factor."""
    return _TOTP in mfa or _EMAIL in mfa


def features_in_use(mfa: Mapping[str, Any]) -> list[str]:
    """The features with a minimum plan that these factor blocks turn on."""
    passkeys = mfa.get(_PASSKEYS, {})
    in_use = {
        feature_plans.EMAIL_MFA: _EMAIL in mfa,
        feature_plans.PASSKEY_MFA: (
            passkeys.get("FactorConfiguration") == "MULTI_FACTOR_WITH_USER_VERIFICATION"
        ),
    }
    return [feature for feature, used in in_use.items() if used]
