"""The blocks of a pool's settings, each completed with what the service fills in.

Every function takes what a request holds of its block (None: nothing) and returns what
DescribeUserPool echoes. Source: the API reference of CreateUserPool, and answers of the real
service to a request with nothing but a name.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain.feature_plans import DEFAULT_ACR_NAMES
from poolhouse.errors import InvalidParameterException

Block = dict[str, Any]
Given = Mapping[str, Any] | None

TEMPORARY_PASSWORD_DAYS = 7
_MIRRORED_MESSAGES = {
    "SmsMessage": "SmsVerificationMessage",
    "EmailMessage": "EmailVerificationMessage",
    "EmailSubject": "EmailVerificationSubject",
}


def password_policy(given: Given, unused_account_days: int | None) -> Block:
    """``Policies.PasswordPolicy``; members left out of a given policy are on
    (``partial-password-policy``).

    ``unused_account_days`` is the older name of the temporary password's validity
    (``old-validity-name``). Zero days count as no answer.
    Raises InvalidParameterException when both are given and differ.
    """
    policy: Block = {
        "MinimumLength": 8,
        "RequireUppercase": True,
        "RequireLowercase": True,
        "RequireNumbers": True,
        "RequireSymbols": True,
        **(given or {}),
    }
    days = policy.get("TemporaryPasswordValidityDays") or None
    if days and unused_account_days and days != unused_account_days:
        raise InvalidParameterException(
            "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of "
            "UnusedAccountValidityDays"
        )
    policy["TemporaryPasswordValidityDays"] = days or unused_account_days or TEMPORARY_PASSWORD_DAYS
    return policy


def sign_in_policy(given: Given) -> Block:
    """``Policies.SignInPolicy``. Raises InvalidParameterException for impossible factors."""
    factors = list((given or {}).get("AllowedFirstAuthFactors") or ["PASSWORD"])
    if "PASSWORD" not in factors:
        raise InvalidParameterException(
            "Password should be configured as one of the allowed first auth factors."
        )
    if "SOFTWARE_TOKEN" in factors:
        raise InvalidParameterException(
            "SOFTWARE_TOKEN is not supported as one of the allowed first auth factors."
        )
    return {"AllowedFirstAuthFactors": factors}


def verification_messages(given: Mapping[str, Any]) -> Block:
    """``VerificationMessageTemplate`` and the three older members that mirror it.

    Where both are given and differ, the template counts (``message-conflict``).
    """
    template: Block = {
        "DefaultEmailOption": "CONFIRM_WITH_CODE",
        **(given.get("VerificationMessageTemplate") or {}),
    }
    mirrors: Block = {}
    for member, mirror in _MIRRORED_MESSAGES.items():
        text = template.get(member) or given.get(mirror)
        if text:
            template[member] = mirrors[mirror] = text
    return {"VerificationMessageTemplate": template, **mirrors}


def admin_create_user_config(given: Given, temporary_password_days: int) -> Block:
    """``AdminCreateUserConfig``; the validity is echoed under its older name as well.

    Both members always agree, so that an echoed pool can be sent back in an update.
    """
    return {
        "AllowAdminCreateUserOnly": False,
        **(given or {}),
        "UnusedAccountValidityDays": temporary_password_days,
    }


def email_configuration(given: Given) -> Block:
    return {"EmailSendingAccount": "COGNITO_DEFAULT", **(given or {})}


def sms_configuration(given: Given, region: str) -> Block | None:
    """``SmsConfiguration``, None without a caller; messages leave from the pool's region
    (``sms-region``).
    """
    if not given or not (given.get("SnsCallerArn") or given.get("EumsSms")):
        return None
    return {"SnsRegion": region, **given} if given.get("SnsCallerArn") else dict(given)


def device_configuration(given: Given) -> Block | None:
    """``DeviceConfiguration``; naming either member turns device tracking on."""
    if not given:
        return None
    return {
        "ChallengeRequiredOnNewDevice": False,
        "DeviceOnlyRememberedOnUserPrompt": False,
        **given,
    }


def dcr_configuration(given: Given) -> Block | None:
    """``DcrConfiguration``; giving the block without a status turns registration on."""
    if given is None:
        return None
    return {"EnableStatus": "Enabled", "OpenDcrEnabled": False, **given}


def acr_configuration(given: Given) -> Block:
    """``AcrConfiguration``, always all four levels. Raises InvalidParameterException."""
    names = {
        **DEFAULT_ACR_NAMES,
        **{level: name["AcrValue"] for level, name in (given or {}).items()},
    }
    if len(set(names.values())) < len(names):
        raise InvalidParameterException("ACR names must be unique across all levels.")
    return {level: {"AcrValue": name} for level, name in names.items()}
