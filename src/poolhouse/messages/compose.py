"""What a message says: the pool's templates, or the service's own words.

Source: Amazon Cognito developer guide, "Configuring SMS and email verification messages and user
invitation messages". Pools that verify by link send the code form (``code-not-link``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from poolhouse.domain.delivery import Contact, medium
from poolhouse.domain.records import UserPool

Reason = Literal["sign_up", "resend", "attribute_verification", "password_reset", "invitation"]

_CODE_TEXT = "Your verification code is {####}. "
_CODE_SUBJECT = "Your verification code"
_INVITATION_TEXT = "Your username is {username} and temporary password is {####}. "
_INVITATION_SUBJECT = "Your temporary password"
# ``invitation-without-password``
_INVITATION_TEXT_WITHOUT_PASSWORD = "Your username is {username}. "

_PLACEHOLDER = re.compile(r"\{####\}|\{username\}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way. ``code`` is what stands where the template has ``{####}``."""

    contact: Contact
    address: str
    reason: Reason
    subject: str | None
    body: str
    code: str | None


def code_message(
    pool: UserPool, contact: Contact, address: str, reason: Reason, code: str
) -> Message:
    """A verification code; the pool's verification template serves password resets too."""
    template = pool.settings.get("VerificationMessageTemplate") or {}
    if medium(contact) == "SMS":
        text, subject = template.get("SmsMessage") or _CODE_TEXT, None
    else:
        text = template.get("EmailMessage") or _CODE_TEXT
        subject = template.get("EmailSubject") or _CODE_SUBJECT
    return Message(contact, address, reason, subject, _fill(text, {"{####}": code}), code)


def invitation(
    pool: UserPool, contact: Contact, address: str, username: str, temporary_password: str | None
) -> Message:
    """The message to a user whom an administrator created."""
    template = _invite_template(pool)
    default = _INVITATION_TEXT if temporary_password else _INVITATION_TEXT_WITHOUT_PASSWORD
    if medium(contact) == "SMS":
        text, subject = template.get("SMSMessage") or default, None
    else:
        text = template.get("EmailMessage") or default
        subject = template.get("EmailSubject") or _INVITATION_SUBJECT
    body = _fill(text, {"{####}": temporary_password or "", "{username}": username})
    return Message(contact, address, "invitation", subject, body, temporary_password)


def _invite_template(pool: UserPool) -> Mapping[str, Any]:
    config = pool.settings.get("AdminCreateUserConfig") or {}
    return config.get("InviteMessageTemplate") or {}


def _fill(text: str, values: Mapping[str, str]) -> str:
    # One pass: a username that looks like a placeholder must not be filled in.
    return _PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text)
