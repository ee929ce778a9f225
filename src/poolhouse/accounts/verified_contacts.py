"""Which of a user's contacts the pool verifies by itself. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import UserPool

_SIGN_UP_ORDER: tuple[Contact, ...] = ("phone_number", "email")


def in_order(pool: UserPool) -> tuple[Contact, ...]:
    """The contacts the pool verifies, in the order in which a sign-up tries them."""
    return tuple(contact for contact in _SIGN_UP_ORDER if contact in pool.auto_verified_attributes)


def at_sign_up(pool: UserPool, attributes: Mapping[str, str]) -> Contact | None:
    """Where the code of a sign-up goes: to one contact, the phone number if there are two."""
    for contact in in_order(pool):
        if attributes.get(contact):
            return contact
    return None
