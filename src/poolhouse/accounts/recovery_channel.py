"""Which address a user recovers an account with. Pure.

Source: Amazon Cognito developer guide, "Recovering user accounts"; without a setting the order
is phone number, then email address.
"""

from __future__ import annotations

from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool

_DEFAULT: tuple[Contact, ...] = ("phone_number", "email")
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


def choose(pool: UserPool, user: User) -> Contact | None:
    """The best contact that the user has proven to own."""
    for contact in preferred(pool):
        if user.attributes.get(contact) and user.attributes.get(f"{contact}_verified") == "true":
            return contact
    return None


def _mechanisms(pool: UserPool) -> list[dict[str, str]]:
    setting = pool.settings.get("AccountRecoverySetting") or {}
    return list(setting.get("RecoveryMechanisms") or ())


def _priority(mechanism: dict[str, str]) -> int:
    return int(mechanism["Priority"])
