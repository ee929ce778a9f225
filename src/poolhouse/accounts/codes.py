"""Codes that prove an address: made, sent, and judged in constant time.

Source: Amazon Cognito developer guide, "Signing up and confirming user accounts" and "Recovering
user accounts" (lifetimes).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

from poolhouse.domain import delivery
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import CodeMismatchException, ExpiredCodeException
from poolhouse.house import House
from poolhouse.messages import compose
from poolhouse.messages.compose import Message, Reason
from poolhouse.messages.deliver import deliver
from poolhouse.store import codes
from poolhouse.store.codes import Code
from poolhouse.store.database import Reader, Transaction

Purpose = Literal["sign_up", "recovery", "verify:email", "verify:phone_number"]

MISMATCH = "Invalid verification code provided, please try again."
EXPIRED = "Invalid code provided, please request a code again."

_DIGITS = 6
_HOUR_MS = 3_600_000
_LIFE_MS: dict[Purpose, int] = {
    "sign_up": 24 * _HOUR_MS,
    "verify:email": 24 * _HOUR_MS,
    "verify:phone_number": 24 * _HOUR_MS,
    "recovery": _HOUR_MS,
}
_VERIFICATION: dict[Contact, Purpose] = {
    "email": "verify:email",
    "phone_number": "verify:phone_number",
}


@dataclass(frozen=True, slots=True)
class CodeOnItsWay:
    """A new code and the message that carries it."""

    code: Code
    message: Message

    @property
    def details(self) -> dict[str, str]:
        """``CodeDeliveryDetails``: where it goes, masked."""
        return delivery.details(self.message.contact, self.message.address)


def verification(contact: Contact) -> Purpose:
    return _VERIFICATION[contact]


def contact_of(code: Code) -> Contact:
    """Which attribute a code proves: an address has an @, a number has none."""
    return "email" if "@" in code.destination else "phone_number"


def make(
    house: House,
    pool: UserPool,
    user: User,
    purpose: Purpose,
    contact: Contact,
    address: str,
    reason: Reason,
) -> CodeOnItsWay:
    """Draw a code for ``address``, to be given to :func:`send` within a transaction."""
    digits = house.ids.digits(_DIGITS)
    code = Code(
        pool_id=pool.id,
        sub=user.sub,
        purpose=purpose,
        code_hash=_hash(house, user, purpose, digits),
        destination=address,
        expires_ms=house.clock.now_ms() + _LIFE_MS[purpose],
    )
    return CodeOnItsWay(code, compose.code_message(pool, contact, address, reason, digits))


async def send(transaction: Transaction, house: House, user: User, made: CodeOnItsWay) -> None:
    """Keep the code in place of an older one and put its message on its way."""
    await codes.put(transaction, made.code)
    await deliver(transaction, house, user, made.message)


async def judge(
    reader: Reader, house: House, user: User, purpose: Purpose, given: str
) -> Code | CodeMismatchException | ExpiredCodeException:
    """The live code that ``given`` is, or the refusal. The code is not used up yet."""
    code = await codes.find(reader, user.pool_id, user.sub, purpose)
    if code is None or code.expires_ms <= house.clock.now_ms():
        return ExpiredCodeException(EXPIRED)
    if not hmac.compare_digest(code.code_hash, _hash(house, user, purpose, given)):
        return CodeMismatchException(MISMATCH)
    return code


def _hash(house: House, user: User, purpose: Purpose, digits: str) -> str:
    """Bound to pool, user and purpose: a code is good for what it was sent for, nothing else."""
    return house.sealer.keyed_hash(digits, f"code {user.pool_id} {user.sub} {purpose}")
