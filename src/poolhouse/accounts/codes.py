"""Codes that prove an address: made, kept, sent, and judged in constant time.

A code is kept in the transaction of what asks for it, and sent after that transaction: a message
may take seconds, or fail, and then the code stands and another can be asked for
(``message-after-commit``).

Source: Amazon Cognito developer guide, "Signing up and confirming user accounts" and "Recovering
user accounts" (lifetimes).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

from poolhouse.accounts.app_requests import AppRequest
from poolhouse.domain import delivery
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import CodeMismatchException, ExpiredCodeException
from poolhouse.house import House
from poolhouse.messages.compose import Notice, Reason
from poolhouse.messages.send import send
from poolhouse.messages.unseen import unseen
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
    """A new code, to be kept, and what carries it to the user, to be sent after that."""

    code: Code
    notice: Notice

    @property
    def details(self) -> dict[str, str]:
        """``CodeDeliveryDetails``: where it goes, masked."""
        return delivery.details(self.notice.contact, self.notice.address)


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
    caller: Caller,
) -> CodeOnItsWay:
    """Draw a code for ``address``: first :func:`keep` it, then send its notice."""
    digits = house.ids.digits(_DIGITS)
    code = Code(
        pool_id=pool.id,
        sub=user.sub,
        purpose=purpose,
        code_hash=_hash(house, user, purpose, digits),
        destination=address,
        expires_ms=house.clock.now_ms() + _LIFE_MS[purpose],
    )
    notice = Notice(pool, user, contact, address, reason, digits, caller=caller)
    return CodeOnItsWay(code, notice)


async def keep(transaction: Transaction, made: CodeOnItsWay) -> None:
    """Store the code in place of an older one, which is void from now on."""
    await codes.put(transaction, made.code)


async def send_unseen(house: House, request: AppRequest, made: CodeOnItsWay | None) -> None:
    """Send a code that is stored; for a client that keeps users' existence secret, nothing shows.

    See ``unseen-messages``.
    """
    if made is None:
        return
    sending = send(house, made.notice)
    if request.client.hides_user_existence:
        await unseen(house, sending)
    else:
        await sending


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
