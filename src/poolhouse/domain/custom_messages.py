"""What a custom message function may put in place of the pool's words, and what it must leave in.

The code is not among what it is sent: it writes a placeholder, which is filled in afterwards.
Amazon Cognito developer guide, "Custom message Lambda trigger".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.domain.delivery import Contact, medium
from poolhouse.domain.trigger_answers import unrecognizable
from poolhouse.domain.trigger_members import text

LINK: Final = re.compile(r"\{##((?:(?!##\}).)+)##\}", re.DOTALL)
"""Where a link goes, with the text to click. ``{####}`` is not one with an empty text."""
SKELETON: Final = {"smsMessage": None, "emailMessage": None, "emailSubject": None}
LONGEST_SMS: Final = 140
LONGEST_SUBJECT: Final = 140
LONGEST_EMAIL: Final = 20_000


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands for what in the words of one message.

    ``code`` is None where there is none to send; ``link`` where the message carries no link;
    ``username`` where the message does not name the user.
    """

    code: str | None
    link: str | None = None
    username: str | None = None


@dataclass(frozen=True, slots=True)
class CustomWords:
    """The function's words for the medium in use; None keeps the pool's."""

    text: str | None
    subject: str | None


def read(
    response: Mapping[str, Any],
    contact: Contact,
    placeholders: Placeholders,
    *,
    may_word_email: bool = True,
) -> CustomWords:
    """The words of an answer. Raises :class:`InvalidLambdaResponseException`.

    Every member must be a string; lengths and placeholders are asked of what will be sent only
    (``words-in-use``). ``may_word_email`` is false where the pool sends no email of its own.
    """
    sms, email = text(response, "smsMessage"), text(response, "emailMessage")
    subject = text(response, "emailSubject")
    if not may_word_email and (email is not None or subject is not None):
        raise unrecognizable("emailMessage and emailSubject need EmailSendingAccount DEVELOPER")
    if medium(contact) == "SMS":
        _check_text("smsMessage", sms, LONGEST_SMS, placeholders)
        return CustomWords(sms or None, None)
    _check_text("emailMessage", email, LONGEST_EMAIL, placeholders)
    if subject is not None and len(subject) > LONGEST_SUBJECT:
        raise unrecognizable(f"emailSubject has more than {LONGEST_SUBJECT} characters")
    return CustomWords(email or None, subject or None)


def _check_text(member: str, words: str | None, longest: int, placeholders: Placeholders) -> None:
    if not words:
        return
    if len(words) > longest:
        raise unrecognizable(f"{member} has more than {longest} characters")
    has_link = placeholders.link is not None and LINK.search(words) is not None
    if placeholders.code is not None and placeholders.code not in words and not has_link:
        raise unrecognizable(f"{member} lacks {placeholders.code}")
    if placeholders.username is not None and placeholders.username not in words:
        raise unrecognizable(f"{member} lacks {placeholders.username}")
