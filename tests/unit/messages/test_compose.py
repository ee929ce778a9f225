"""What messages say."""

from __future__ import annotations

from typing import Any

import pytest

from poolhouse.domain.delivery import Contact
from poolhouse.messages import compose
from poolhouse.messages.compose import Notice, Reason
from sample_records import pool, user


def composed(
    contact: Contact,
    settings: dict[str, Any],
    reason: Reason,
    code: str | None,
    sign_in_name: str = "",
) -> compose.Message:
    notice = Notice(pool(**settings), user(), contact, "to", reason, code, sign_in_name)
    return compose.message(notice, compose.words(notice))


@pytest.mark.parametrize(
    ("contact", "settings", "subject", "body"),
    [
        ("email", {}, "Your verification code", "Your verification code is 012345. "),
        ("phone_number", {}, None, "Your verification code is 012345. "),
        (
            "email",
            {"EmailVerificationMessage": "Use {####}, {username}", "EmailVerificationSubject": "S"},
            "S",
            "Use 012345, {username}",
        ),
        (
            "phone_number",
            {"VerificationMessageTemplate": {"SmsMessage": "{####} {####}"}},
            None,
            "012345 012345",
        ),
    ],
)
def test_codes(contact: Contact, settings: dict[str, Any], subject: str | None, body: str) -> None:
    message = composed(contact, settings, "sign_up", "012345")
    assert (message.subject, message.body, message.code) == (subject, body, "012345")


@pytest.mark.parametrize(
    ("contact", "settings", "subject", "body"),
    [
        ("email", {}, "Your authentication code", "Your authentication code is 012345. "),
        ("phone_number", {}, None, "Your authentication code is 012345. "),
        ("phone_number", {"SmsAuthenticationMessage": "{####}!"}, None, "012345!"),
    ],
)
def test_codes_to_sign_in_with(
    contact: Contact, settings: dict[str, Any], subject: str | None, body: str
) -> None:
    message = composed(contact, settings, "authentication", "012345")
    assert (message.subject, message.body) == (subject, body)


def invite(template: dict[str, str]) -> dict[str, Any]:
    return {"AdminCreateUserConfig": {"InviteMessageTemplate": template}}


@pytest.mark.parametrize(
    ("contact", "settings", "username", "password", "subject", "body"),
    [
        (
            "email",
            {},
            "ann",
            "Pw-1",
            "Your temporary password",
            "Your username is ann and temporary password is Pw-1. ",
        ),
        ("phone_number", {}, "ann", None, None, "Your username is ann. "),
        (
            "email",
            invite({"EmailMessage": "{username}/{####}", "EmailSubject": "Hi"}),
            "{####}",
            "{username}",
            "Hi",
            "{####}/{username}",
        ),
        (
            "phone_number",
            invite({"SMSMessage": "{####} for {username}"}),
            "ann",
            "Pw-1",
            None,
            "Pw-1 for ann",
        ),
    ],
)
def test_invitations(
    contact: Contact,
    settings: dict[str, Any],
    username: str,
    password: str | None,
    subject: str | None,
    body: str,
) -> None:
    message = composed(contact, settings, "invitation", password, username)
    assert (message.subject, message.body) == (subject, body)
    assert message.reason == "invitation"
