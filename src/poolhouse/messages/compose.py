"""What a message says: the pool's templates, or the service's own words.

Source: Amazon Cognito developer guide, "Configuring SMS and email verification messages and user
invitation messages".
"""

from __future__ import annotations

import html
import re
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from poolhouse.domain.custom_messages import LINK
from poolhouse.domain.delivery import Contact, medium
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller

Reason = Literal[
    "sign_up",
    "resend",
    "invitation",
    "password_reset",
    "attribute_update",
    "attribute_verification",
    "authentication",
    "risk",
]
CODE = "{####}"
USERNAME = "{username}"

_CODE_TEXT = "Your verification code is {####}. "
_CODE_SUBJECT = "Your verification code"
_AUTHENTICATION_TEXT = "Your authentication code is {####}. "
_AUTHENTICATION_SUBJECT = "Your authentication code"
_INVITATION_TEXT = "Your username is {username} and temporary password is {####}. "
_INVITATION_SUBJECT = "Your temporary password"
# ``invitation-without-password``
_INVITATION_TEXT_WITHOUT_PASSWORD = "Your username is {username}. "

_LINK_TEXT = "Please click the link below to verify your email address. {##Verify Email##} "
_LINK_SUBJECT = "Your verification link"

_MARKUP = re.compile(r"<[a-zA-Z!/]")
_BY_LINK: frozenset[Reason] = frozenset({"sign_up", "resend"})  # ``link-for-sign-up``
_PLACEHOLDER = re.compile(r"\{####\}|\{username\}")


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to be said to a user at an address, in words that are not chosen yet.

    ``code`` is the code, or the temporary password of an invitation; None where there is none.
    ``sign_in_name`` is the name an invitation tells. ``caller`` is who set it off: functions that
    word or send the message are told.
    """

    pool: UserPool
    user: User
    contact: Contact
    address: str
    reason: Reason
    code: str | None
    sign_in_name: str = ""
    caller: Caller = field(default_factory=Caller)


@dataclass(frozen=True, slots=True)
class Words:
    """A text with placeholders; an SMS has no subject."""

    text: str
    subject: str | None


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


def words(notice: Notice) -> Words:
    """The pool's template for this, else the service's own words."""
    by_sms = medium(notice.contact) == "SMS"
    if notice.reason == "invitation":
        return _invitation(notice, by_sms)
    if notice.reason == "authentication":
        return _authentication(notice.pool, by_sms)
    template = _verification_template(notice.pool)
    if by_sms:
        return Words(template.get("SmsMessage") or _CODE_TEXT, None)
    if wants_link(notice):
        return Words(
            template.get("EmailMessageByLink") or _LINK_TEXT,
            template.get("EmailSubjectByLink") or _LINK_SUBJECT,
        )
    return Words(
        template.get("EmailMessage") or _CODE_TEXT, template.get("EmailSubject") or _CODE_SUBJECT
    )


def message(notice: Notice, chosen: Words, link: str | None = None) -> Message:
    """The message of ``chosen`` words, their placeholders filled in.

    ``link`` is where a ``{##text##}`` leads; the code is the link's, for whoever reads it.
    """
    values = {CODE: notice.code or ""}
    if notice.reason == "invitation":
        values[USERNAME] = notice.sign_in_name
    text, is_html = _fill(chosen.text, values)
    if link is not None:
        anchor = f'<a href="{html.escape(link)}">'
        text, links = LINK.subn(lambda found: f"{anchor}{found[1]}</a>", text)
        is_html = is_html or links > 0
    return Message(
        notice.contact,
        notice.address,
        notice.reason,
        chosen.subject,
        text,
        notice.code,
        is_html,
    )


def wants_link(notice: Notice) -> bool:
    """Whether this message proves the address by a link instead of a code."""
    template = _verification_template(notice.pool)
    by_link = template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"
    through_an_app = notice.caller.client_id is not None
    return by_link and through_an_app and notice.contact == "email" and notice.reason in _BY_LINK


def confirmation_link(base_url: str, notice: Notice) -> str:
    """Where a click confirms a sign-up. Parameter names are Cognito's."""
    parameters = {
        "client_id": notice.caller.client_id,
        "user_name": notice.user.username,
        "confirmation_code": notice.code,
    }
    return f"{base_url}/{notice.pool.id}/confirmUser?{urllib.parse.urlencode(parameters)}"


def _invitation(notice: Notice, by_sms: bool) -> Words:
    config = notice.pool.settings.get("AdminCreateUserConfig") or {}
    template = config.get("InviteMessageTemplate") or {}
    default = _INVITATION_TEXT if notice.code else _INVITATION_TEXT_WITHOUT_PASSWORD
    if by_sms:
        return Words(template.get("SMSMessage") or default, None)
    return Words(
        template.get("EmailMessage") or default, template.get("EmailSubject") or _INVITATION_SUBJECT
    )


def _authentication(pool: UserPool, by_sms: bool) -> Words:
    if by_sms:
        return Words(pool.settings.get("SmsAuthenticationMessage") or _AUTHENTICATION_TEXT, None)
    factor = pool.mfa.get("EmailMfaConfiguration") or {}
    return Words(
        factor.get("Message") or _AUTHENTICATION_TEXT,
        factor.get("Subject") or _AUTHENTICATION_SUBJECT,
    )


def _verification_template(pool: UserPool) -> Mapping[str, Any]:
    return pool.settings.get("VerificationMessageTemplate") or {}


def _fill(text: str, values: Mapping[str, str]) -> tuple[str, bool]:
    """The text with its values, and whether it is HTML.

    Whoever chooses a username must not write markup into somebody's mail.
    """
    is_html = _MARKUP.search(text) is not None
    if is_html:
        values = {name: html.escape(value) for name, value in values.items()}
    # One pass: a username that looks like a placeholder must not be filled in.
    return _PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), text), is_html
