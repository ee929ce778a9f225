"""What a message says: the pool's templates, or the service's own words.

Source: Amazon Cognito developer guide, "Configuring SMS and email verification messages and user
invitation messages".
"""

from __future__ import annotations

import html
import re
import urllib.parse
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

_LINK_TEXT = "Please click the link below to verify your email address. {##Verify Email##} "
_LINK_SUBJECT = "Your verification link"

_LINK = re.compile(r"\{##(.*?)##\}", re.DOTALL)
_MARKUP = re.compile(r"<[a-zA-Z!/]")
_BY_LINK: frozenset[Reason] = frozenset({"sign_up", "resend"})  # ``link-for-sign-up``
_PLACEHOLDER = re.compile(r"\{####\}|\{username\}")


@dataclass(frozen=True, slots=True)
class Message:
    """A message on its way. ``code`` is what stands where the template has ``{####}``.

    ``is_html``: the body is HTML, because its template is. ``sender`` and ``reply_to`` are set
    where a message does not leave in the pool's name.
    """

    contact: Contact
    address: str
    reason: Reason
    subject: str | None
    body: str
    code: str | None
    is_html: bool = False
    sender: str | None = None
    reply_to: str | None = None


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
    body, is_html = _fill(text, {"{####}": code})
    return Message(contact, address, reason, subject, body, code, is_html)


def wants_link(pool: UserPool, contact: Contact, reason: Reason) -> bool:
    """Whether this message proves the address by a link instead of a code."""
    template = pool.settings.get("VerificationMessageTemplate") or {}
    by_link = template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"
    return by_link and contact == "email" and reason in _BY_LINK


def confirmation_link(
    base_url: str, pool: UserPool, client_id: str, username: str, code: str
) -> str:
    """Where a click confirms a sign-up. Parameter names are Cognito's."""
    parameters = {"client_id": client_id, "user_name": username, "confirmation_code": code}
    return f"{base_url}/{pool.id}/confirmUser?{urllib.parse.urlencode(parameters)}"


def link_message(pool: UserPool, address: str, reason: Reason, code: str, link: str) -> Message:
    """An e-mail whose ``{##text##}`` is a link; the code is the link's, for whoever reads it."""
    template = pool.settings.get("VerificationMessageTemplate") or {}
    text = template.get("EmailMessageByLink") or _LINK_TEXT
    subject = template.get("EmailSubjectByLink") or _LINK_SUBJECT

    def anchor(found: re.Match[str]) -> str:
        return f'<a href="{html.escape(link)}">{found[1]}</a>'

    return Message("email", address, reason, subject, _LINK.sub(anchor, text), code, is_html=True)


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
    body, is_html = _fill(text, {"{####}": temporary_password or "", "{username}": username})
    return Message(contact, address, "invitation", subject, body, temporary_password, is_html)


def _invite_template(pool: UserPool) -> Mapping[str, Any]:
    config = pool.settings.get("AdminCreateUserConfig") or {}
    return config.get("InviteMessageTemplate") or {}


def _fill(text: str, values: Mapping[str, str]) -> tuple[str, bool]:
    """The text with its values, and whether it is HTML.

    Whoever chooses a username must not write markup into somebody's mail.
    """
    is_html = _MARKUP.search(text) is not None
    if is_html:
        values = {name: html.escape(value) for name, value in values.items()}
    # One pass: a username that looks like a placeholder must not be filled in.
    return _PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text), is_html
