"""Second factors: which of them a user is asked for, and what may be preferred. Pure.

Source: Amazon Cognito developer guide, "Adding MFA to a user pool"; API reference,
SetUserMFAPreference and SetUserSettings; sentences as observed, but for those marked as ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from poolhouse.domain import multi_factor
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException

SMS: Final = "SMS_MFA"
TOTP: Final = "SOFTWARE_TOKEN_MFA"
EMAIL: Final = "EMAIL_OTP"
PASSKEY: Final = "WEB_AUTHN"

CHALLENGES: Final = (SMS, TOTP, EMAIL)
"""The factors that are asked for after a first one, as their challenges are called."""
CONTACTS: Final[Mapping[str, Contact]] = {SMS: "phone_number", EMAIL: "email"}
"""Where the code of a factor is sent."""

TOKEN_NOT_VERIFIED: Final = "User has not verified software token mfa"
NO_DELIVERY: Final = "User does not have delivery config set to turn on {factor}"
# ``preference-sentences``
TWO_PREFERRED: Final = "Only one MFA type can be preferred."
PREFERRED_NOT_ENABLED: Final = "{factor} must be enabled to be preferred."
PASSKEY_MFA_OFF: Final = "The user pool does not take passkeys as a second factor."
PASSKEY_ALONE: Final = "Another MFA type must be enabled along with WEB_AUTHN."
ONLY_SMS: Final = "MFAOptions takes SMS for phone_number only."

_BLOCKS: Final = {
    "SMSMfaSettings": SMS,
    "SoftwareTokenMfaSettings": TOTP,
    "EmailMfaSettings": EMAIL,
    "WebAuthnMfaSettings": PASSKEY,
}


@dataclass(frozen=True, slots=True)
class UserFactors:
    """What a user has turned on. ``legacy_sms``: by SetUserSettings, which shows as MFAOptions."""

    enabled: tuple[str, ...] = ()
    preferred: str | None = None
    legacy_sms: bool = False


def is_off(pool: UserPool) -> bool:
    """Whether nobody is asked for a second factor, whatever they have turned on."""
    return bool(pool.settings["MfaConfiguration"] == "OFF")


def is_required(pool: UserPool) -> bool:
    """Whether nobody gets tokens without a second factor."""
    return bool(pool.settings["MfaConfiguration"] == "ON")


def active(pool: UserPool, user: User, factors: UserFactors, *, has_token: bool) -> tuple[str, ...]:
    """The factors to ask for, in the order in which they are offered; none where MFA is off.

    Enabled ones that can be used: a code needs an address, and an app its secret. A pool that
    requires MFA makes do with what a user has without having enabled anything: a verified
    authenticator app, and a phone number where SMS is a factor. A factor that the pool dropped
    since goes on for those who use it (``dropped-factor``).
    """
    if is_off(pool):
        return ()
    enabled = {*factors.enabled, *([SMS] if factors.legacy_sms else [])}
    usable = _usable(user, has_token=has_token)
    found = tuple(factor for factor in usable if factor in enabled)
    if found or not is_required(pool):
        return found
    implied = {TOTP, *([SMS] if SMS in of_pool(pool) else [])}
    return tuple(factor for factor in usable if factor in implied)


def possible(pool: UserPool, user: User, *, has_token: bool) -> tuple[str, ...]:
    """What a risky sign-in can ask of a user who turned nothing on (``factors-at-risk``).

    Source: Amazon Cognito API reference, AccountTakeoverActionType.
    """
    if is_off(pool):
        return ()
    offered = of_pool(pool)
    return tuple(factor for factor in _usable(user, has_token=has_token) if factor in offered)


def _usable(user: User, *, has_token: bool) -> tuple[str, ...]:
    """A code needs an address, and an app its secret."""
    usable = {
        SMS: bool(user.attributes.get("phone_number")),
        TOTP: has_token,
        EMAIL: bool(user.attributes.get("email")),
    }
    return tuple(factor for factor in CHALLENGES if usable[factor])


def of_pool(pool: UserPool) -> tuple[str, ...]:
    """The second factors that a pool offers, passkeys aside."""
    configured = multi_factor.configuration(pool.settings, pool.mfa)
    offered = {
        SMS: "SmsMfaConfiguration" in configured,
        TOTP: configured.get("SoftwareTokenMfaConfiguration", {}).get("Enabled", False),
        EMAIL: "EmailMfaConfiguration" in configured,
    }
    return tuple(factor for factor in CHALLENGES if offered[factor])


def with_preferences(
    pool: UserPool, user: User, factors: UserFactors, request: Mapping[str, Any], *, has_token: bool
) -> UserFactors:
    """What SetUserMFAPreference makes of a user's factors; blocks left out change nothing.

    Raises :class:`InvalidParameterException`.
    """
    preferred = factors.preferred
    enabled = set(factors.enabled)
    legacy_sms = factors.legacy_sms
    wanted = [_BLOCKS[name] for name in _BLOCKS if request.get(name, {}).get("PreferredMfa")]
    if len(wanted) > 1:
        raise InvalidParameterException(TWO_PREFERRED)
    for name, factor in _BLOCKS.items():
        block = request.get(name)
        if block is None:
            continue
        if block.get("Enabled"):
            _check_available(pool, user, factor, has_token=has_token)
            enabled.add(factor)
        else:
            if factor in wanted:
                raise InvalidParameterException(PREFERRED_NOT_ENABLED.format(factor=factor))
            enabled.discard(factor)
            legacy_sms = legacy_sms and factor != SMS
        if factor == preferred:
            preferred = None
    if enabled == {PASSKEY}:
        raise InvalidParameterException(PASSKEY_ALONE)
    return UserFactors(_ordered(enabled), wanted[0] if wanted else preferred, legacy_sms)


def with_legacy_options(
    pool: UserPool, user: User, factors: UserFactors, options: list[Mapping[str, str]]
) -> UserFactors:
    """What SetUserSettings makes of a user's factors. Raises InvalidParameterException."""
    for option in options:
        if (option.get("DeliveryMedium"), option.get("AttributeName")) != ("SMS", "phone_number"):
            raise InvalidParameterException(ONLY_SMS)
    if options:
        _check_available(pool, user, SMS, has_token=False)
    return replace(factors, legacy_sms=bool(options))


def with_enabled(factors: UserFactors, factor: str) -> UserFactors:
    """The same with one more factor turned on."""
    return replace(factors, enabled=_ordered({*factors.enabled, factor}))


def without(factors: UserFactors, factor: str) -> UserFactors:
    """The same with a factor turned off, and not preferred any more."""
    return replace(
        factors,
        enabled=_ordered(set(factors.enabled) - {factor}),
        preferred=None if factors.preferred == factor else factors.preferred,
    )


def _check_available(pool: UserPool, user: User, factor: str, *, has_token: bool) -> None:
    if factor == TOTP:
        if not has_token:
            raise InvalidParameterException(TOKEN_NOT_VERIFIED)
        return
    if factor == PASSKEY:
        passkeys = pool.mfa.get("WebAuthnConfiguration", {})
        if passkeys.get("FactorConfiguration") != "MULTI_FACTOR_WITH_USER_VERIFICATION":
            raise InvalidParameterException(PASSKEY_MFA_OFF)
        return
    if factor not in of_pool(pool) or not user.attributes.get(CONTACTS[factor]):
        raise InvalidParameterException(NO_DELIVERY.format(factor=factor))


def _ordered(factors: set[str]) -> tuple[str, ...]:
    return tuple(factor for factor in (*CHALLENGES, PASSKEY) if factor in factors)
