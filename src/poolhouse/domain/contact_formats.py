"""What counts as an email address and as a phone number."""

from __future__ import annotations

import re

# A dot in the domain is not asked for (``email-format``).
# White space, control characters and address-list punctuation are refused: they are how header
# injection and extra recipients are smuggled into a message.
_EMAIL = re.compile(r"[^\s@<>(),;\"\x00-\x1f\x7f]+@[^\s@<>(),;\"\x00-\x1f\x7f]+")
_PHONE_NUMBER = re.compile(r"\+[1-9][0-9]{1,14}")


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def is_phone_number(text: str) -> bool:
    """Whether ``text`` is an E.164 number with its plus sign."""
    return _PHONE_NUMBER.fullmatch(text) is not None
