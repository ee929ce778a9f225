"""What a service refuses with, in the words of the pages.

Services speak the sentences of the API; a page looks its own up by them, so that every language
has one. A sentence that is in no table, such as one of a function, is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from markupsafe import Markup, escape

from poolhouse.auth.auth_sessions import EXPIRED, INVALID, USED
from poolhouse.errors import (
    AliasExistsException,
    CodeDeliveryFailureException,
    CodeMismatchException,
    EnableSoftwareTokenMFAException,
    ExpiredCodeException,
    InvalidLambdaResponseException,
    LimitExceededException,
    NotAuthorizedException,
    PasswordHistoryPolicyViolationException,
    ServiceError,
    TooManyRequestsException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
    UsernameExistsException,
    WebAuthnChallengeNotFoundException,
    WebAuthnClientMismatchException,
    WebAuthnCredentialNotSupportedException,
    WebAuthnOriginNotAllowedException,
    WebAuthnRelyingPartyMismatchException,
)
from poolhouse.hosted.translations import Language

OF_TRIGGERS: Final = (
    InvalidLambdaResponseException,
    UnexpectedLambdaException,
    UserLambdaValidationException,
)

SENTENCES: Final[Mapping[str, str]] = {
    "Incorrect username or password.": "error.wrong_password",
    "Password attempts exceeded": "error.locked_out",
    "User is disabled.": "error.disabled",
    "User does not exist.": "error.unknown_user",
    "Username/client id combination not found.": "error.unknown_user",
    "Temporary password has expired and must be reset by an administrator.": (
        "error.temporary_password_expired"
    ),
    "User is not confirmed.": "error.not_confirmed",
    "User is already confirmed.": "error.already_confirmed",
    "Cannot resend codes. Auto verification not turned on.": "error.nothing_to_verify",
    "Contact administrator to reset password.": "error.administrator_resets",
    "User password cannot be reset in the current state.": "error.administrator_resets",
    "Cannot reset password for the user as there is no registered/verified email or phone_number": (
        "error.administrator_resets"
    ),
    "SignUp is not permitted for this user pool": "error.sign_up_closed",
    "Username should be an email.": "error.name_email",
    "Username should be a phone number.": "error.name_phone",
    "Username should be either an email or a phone number.": "error.name_email_or_phone",
    "Username cannot be of email format, since user pool is configured for email alias.": (
        "error.name_not_email"
    ),
    (
        "Username cannot be of phone number format, since user pool is configured for phone "
        "number alias."
    ): "error.name_not_phone",
    "Invalid email address format.": "error.email_format",
    "Invalid phone number format.": "error.phone_format",
    "Password did not conform with policy: Password not long enough": "error.password_short",
    "Password did not conform with policy: Password must have lowercase characters": (
        "error.password_lowercase"
    ),
    "Password did not conform with policy: Password must have uppercase characters": (
        "error.password_uppercase"
    ),
    "Password did not conform with policy: Password must have numeric characters": (
        "error.password_number"
    ),
    "Password did not conform with policy: Password must have symbol characters": (
        "error.password_symbol"
    ),
    "Password did not conform with policy: Password too long": "error.password_long",
    "Password did not conform with policy: Password must not contain white space": (
        "error.password_space"
    ),
    "Your software token has already been used once.": "error.code_used",
    "The user has another email address.": "error.other_address",
    "The user has another phone number.": "error.other_number",
}
"""Sentence to key."""

_KINDS: Final[Mapping[type[ServiceError], str]] = {
    AliasExistsException: "error.address_taken",
    CodeDeliveryFailureException: "error.delivery",
    CodeMismatchException: "error.code_mismatch",
    EnableSoftwareTokenMFAException: "error.code_mismatch",
    ExpiredCodeException: "error.code_expired",
    LimitExceededException: "error.limit",
    PasswordHistoryPolicyViolationException: "error.password_used",
    TooManyRequestsException: "error.limit",
    UsernameExistsException: "error.user_exists",
    WebAuthnChallengeNotFoundException: "error.passkey",
    WebAuthnClientMismatchException: "error.passkey",
    WebAuthnCredentialNotSupportedException: "error.passkey",
    WebAuthnOriginNotAllowedException: "error.passkey",
    WebAuthnRelyingPartyMismatchException: "error.passkey",
}
_PATTERNS: Final = (
    (re.compile("^Missing required parameter "), "error.missing"),
    (
        re.compile("The attribute is required|^Invalid attributes given, "),
        "error.attribute_missing",
    ),
    (re.compile(r"^user\.[\w:.-]+: "), "error.attribute_value"),
)
_ATTRIBUTE: Final = re.compile(
    r"([\w:]+): The attribute is required|attributes given, ([\w:]+) is|^user\.([\w:.-]+): "
)
# The first word of a key's name -> the inputs it is about.
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "code": ("verification_code", "authentication_code"),
    "email": ("attribute-email",),
    "name": ("username",),
    "password": ("password", "new_password"),
    "phone": ("attribute-phone_number",),
    "user": ("username",),
}


def is_over(error: ServiceError) -> bool:
    """Whether the auth session is gone: there is nothing left but to begin again."""
    return isinstance(error, NotAuthorizedException) and error.message in (INVALID, USED, EXPIRED)


def text(language: Language, error: ServiceError) -> Markup:
    """The sentence to show."""
    key = _key(error)
    if key is None:
        return escape(error.message)
    attribute = _attribute(error)
    return language(key, name=label(language, attribute)) if attribute else language(key)


def fields(error: ServiceError) -> tuple[str, ...]:
    """The inputs of a form that the sentence is about, by their ids; empty for all of them."""
    attribute = _attribute(error)
    if attribute:
        return (f"attribute-{attribute}",)
    about = (_key(error) or "").removeprefix("error.").partition("_")[0]
    return _FIELDS.get(about, ())


def label(language: Language, attribute: str) -> str:
    """What people call an attribute; one of a pool's own is called by its name."""
    key = f"attribute.{attribute}"
    return str(language(key)) if language.has(key) else attribute.rpartition(":")[2]


def _key(error: ServiceError) -> str | None:
    known = SENTENCES.get(error.message) or _KINDS.get(type(error))
    if known is not None:
        return known
    for pattern, key in _PATTERNS:
        if pattern.search(error.message):
            return key
    return None


def _attribute(error: ServiceError) -> str | None:
    if _key(error) not in ("error.attribute_missing", "error.attribute_value"):
        return None
    found = _ATTRIBUTE.search(error.message)
    return found[1] or found[2] or found[3] if found else None
