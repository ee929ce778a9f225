"""Which address a user recovers an account with. Pure.

Source: Amazon Cognito developer guide, "Recovering user accounts"; without a setting the order
is phone number, then email address.
"""

from __future__ import annotations

from collections.abc import Collection

from poolhouse.domain import second_factors
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool

_DEFAULT: tuple[Contact, ...] = ("phone_number", "email")
_BY_MESSAGE = second_factors.CONTACTS.keys()
_CONTACTS: dict[str, Contact] = {"verified_email": "email", "verified_phone_number": "phone_number"}


def only_administrators_reset(pool: UserPool) -> bool:
    return any(mechanism["Name"] == "admin_only" for mechanism in _mechanisms(pool))


def preferred(pool: UserPool) -> tuple[Contact, ...]:
    """The contacts that may be used, best first. Where users may use none, the default order."""
    ordered = sorted(_mechanisms(pool), key=_priority)
    named = tuple(
        _CONTACTS[mechanism["Name"]] for mechanism in ordered if mechanism["Name"] in _CONTACTS
    )
    return named or _DEFAULT


def choose(pool: UserPool, user: User, factors: Collection[str]) -> Contact | None:
    """The best contact that the user has proven to own, and gets no second factor's codes at.

    ``factors`` are those: who reads one mailbox, or holds one telephone, must not pass both.
    """
    taken = {second_factors.CONTACTS[factor] for factor in factors if factor in _BY_MESSAGE}
    for contact in preferred(pool):
        if contact in taken:
            continue
        if user.attributes.get(contact) and user.attributes.get(f"{contact}_verified") == "true":
            return contact
    return None


def _mechanisms(pool: UserPool) -> list[dict[str, str]]:
    setting = pool.settings.get("AccountRecoverySetting") or {}
    return list(setting.get("RecoveryMechanisms") or ())


def _priority(mechanism: dict[str, str]) -> int:
    return int(mechanism["Priority"])
