"""Where a code went, as an answer may say it: the address masked.

Source: the API reference's ``CodeDeliveryDetailsType``; the mask as observed.
"""

from __future__ import annotations

from typing import Literal

Contact = Literal["email", "phone_number"]

_VISIBLE_DIGITS = 4


def mask_email(address: str) -> str:
    """``tide@harbour.test`` -> ``t***@h***``."""
    local, _, domain = address.partition("@")
    return f"{local[:1]}***@{domain[:1]}***"


def mask_phone_number(number: str) -> str:
    """``+4915112345678`` -> ``+*********5678``."""
    digits = number.removeprefix("+")
    hidden = max(len(digits) - _VISIBLE_DIGITS, 0)
    return "+" + "*" * hidden + digits[hidden:]


def medium(attribute: Contact) -> Literal["EMAIL", "SMS"]:
    return "EMAIL" if attribute == "email" else "SMS"


def mask(attribute: Contact, value: str) -> str:
    return mask_email(value) if attribute == "email" else mask_phone_number(value)


def details(attribute: Contact, value: str) -> dict[str, str]:
    """``CodeDeliveryDetails`` of a message sent to ``value``."""
    return {
        "Destination": mask(attribute, value),
        "DeliveryMedium": medium(attribute),
        "AttributeName": attribute,
    }
