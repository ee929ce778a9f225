"""What the settings of a pool must agree on before they are stored.

Every function raises InvalidParameterException. Source: the API reference of CreateUserPool;
sentences as observed, except those named in :mod:`poolhouse.domain.pool_choices`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.errors import InvalidParameterException

Settings = Mapping[str, Any]

_CODE_FACTORS = frozenset({"EMAIL_OTP", "SMS_OTP"})


def check_sign_in_names(request: Settings) -> None:
    """A pool has username attributes or aliases, not both."""
    if request.get("AliasAttributes") and request.get("UsernameAttributes"):
        raise InvalidParameterException(
            "Only one of the aliasAttributes or usernameAttributes can be set in a user pool."
        )


def check_multi_factor(settings: Settings, *, other_factors: bool) -> None:
    """MFA needs a factor; and a pool that requires it has no sign-in by code alone
    (``code-factors-and-mfa``).

    ``other_factors``: whether TOTP or email MFA is configured. They are not part of the settings
    but of SetUserPoolMfaConfig.
    """
    if settings["MfaConfiguration"] == "OFF":
        return
    if "SmsConfiguration" not in settings and not other_factors:
        raise InvalidParameterException(
            "SMS configuration and Auto verification for phone_number are required when MFA is "
            "required/optional"
        )
    factors = settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    if settings["MfaConfiguration"] == "ON" and not _CODE_FACTORS.isdisjoint(factors):
        raise InvalidParameterException(
            "Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA "
            "is enabled"
        )


def check_verification(settings: Settings) -> None:
    """Verifying phone numbers needs SMS; verifying before an update needs verification."""
    verified = settings.get("AutoVerifiedAttributes", ())
    if "phone_number" in verified and "SmsConfiguration" not in settings:
        raise InvalidParameterException(
            "SMS configuration is required when phone_number is selected for auto verification"
        )
    updates = settings.get("UserAttributeUpdateSettings") or {}
    for name in updates.get("AttributesRequireVerificationBeforeUpdate") or ():
        if name not in verified:
            raise InvalidParameterException(
                f"{name} must be in AutoVerifiedAttributes to require verification before update."
            )


def check_account_recovery(settings: Settings) -> None:
    """Recovery by administrators excludes other ways; each priority is given once."""
    mechanisms = (settings.get("AccountRecoverySetting") or {}).get("RecoveryMechanisms") or ()
    names = [mechanism["Name"] for mechanism in mechanisms]
    if "admin_only" in names and len(names) > 1:
        raise InvalidParameterException(
            "The admin_only recovery mechanism cannot be combined with other mechanisms."
        )
    if len({mechanism["Priority"] for mechanism in mechanisms}) < len(names):
        raise InvalidParameterException("Each recovery mechanism needs a priority of its own.")


def check_invitation(settings: Settings) -> None:
    """Invitations name the user, and carry the temporary password unless users may have none
    (``invitation-placeholders``).
    """
    template = settings["AdminCreateUserConfig"].get("InviteMessageTemplate") or {}
    factors = settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    placeholders = ["{username}"]
    if _CODE_FACTORS.isdisjoint(factors):
        placeholders.append("{####}")
    for member, subject in (("SMSMessage", "SMS message"), ("EmailMessage", "Email message body")):
        text = template.get(member)
        for placeholder in placeholders:
            if text and placeholder not in text:
                raise InvalidParameterException(
                    f"Invalid {subject} for Admin create user flow parameter. {subject} should "
                    f"have {placeholder} which will be replaced by code"
                )
