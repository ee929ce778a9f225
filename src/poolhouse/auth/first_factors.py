"""Which challenges a user may begin a choice-based sign-in with, and how each begins.

Source: Amazon Cognito developer guide, "Authentication flows" (choice-based) and "Adding MFA to a
user pool".
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from poolhouse.auth import one_time_code, own_factors, passkey
from poolhouse.domain import second_factors
from poolhouse.domain.assurance import PASSKEYS
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.house import House

PASSWORD: Final = "PASSWORD"
PASSWORD_SRP: Final = "PASSWORD_SRP"
PASSWORDS: Final = (PASSWORD_SRP, PASSWORD)

METHODS: Final[Mapping[str, frozenset[str]]] = {
    PASSWORD_SRP: frozenset({"pwd"}),
    PASSWORD: frozenset({"pwd"}),
    one_time_code.EMAIL: frozenset({"email_otp"}),
    one_time_code.SMS: frozenset({"sms"}),
    passkey.NAME: PASSKEYS,
}
"""Challenge to the ``amr`` values that it may show."""

_CODES: Final = (one_time_code.EMAIL, one_time_code.SMS)


async def available(house: House, pool: UserPool, user: User | None) -> tuple[str, ...]:
    """The challenges to choose from, in the order in which they are offered.

    A user who is only pretended to exist has what a user with a password and the addresses that
    the pool sends codes to would have (``unknown-user-factors``).
    """
    if user is None:
        return (*PASSWORDS, *(each for each in _CODES if each in _allowed(pool)))
    # Seen: a temporary password must be used first. Whoever must confirm or reset proves a
    # password as well, and is then told what to do.
    if user.status != "CONFIRMED":
        return PASSWORDS
    offered = [*PASSWORDS] if user.password_hash is not None else []
    codes = [
        each
        for each in _CODES
        if each in _allowed(pool) and user.attributes.get(one_time_code.CONTACTS[each])
    ]
    taken = await _contacts_of_second_factors(house, pool, user)
    offered += [each for each in codes if one_time_code.CONTACTS[each] not in taken]
    if await _may_use_passkey(house, pool, user):
        offered.append(passkey.NAME)
    # Nobody is without a challenge: that would tell them apart from unknown users.
    return tuple(offered or codes) or PASSWORDS


def leading_to(challenges: Collection[str], methods: Collection[str]) -> tuple[str, ...]:
    """Those of ``challenges`` that show one of ``methods``."""
    return tuple(each for each in challenges if not METHODS[each].isdisjoint(methods))


def methods_of(challenges: Collection[str]) -> frozenset[str]:
    """Every method that these challenges may show."""
    return frozenset().union(*(METHODS[each] for each in challenges))


def _allowed(pool: UserPool) -> frozenset[str]:
    """What the pool allows as the first factor; where MFA is required, one factor is not enough."""
    allowed = frozenset(pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"])
    if not second_factors.is_required(pool):
        return allowed
    return allowed & {PASSWORD, passkey.NAME}


async def _contacts_of_second_factors(house: House, pool: UserPool, user: User) -> set[Contact]:
    """Where a second factor's codes go: who reads one mailbox must not pass both factors
    (``one-mailbox-one-factor``).
    """
    factors = await own_factors.active(house.db, pool, user)
    return {second_factors.CONTACTS[each] for each in factors if each in second_factors.CONTACTS}


async def _may_use_passkey(house: House, pool: UserPool, user: User) -> bool:
    if passkey.NAME not in _allowed(pool) or not await passkey.usable(house, pool, user):
        return False
    if not second_factors.is_required(pool):
        return True
    return await passkey.counts_as_multi_factor(house, pool, user)
