"""Codes that sign in: drawn, kept as a keyed hash in their auth session, sent, and compared.

Source: Amazon Cognito developer guide, "SMS and email message MFA".
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from poolhouse.auth import auth_sessions
from poolhouse.auth.steps import Challenge, FlowRequest
from poolhouse.domain import delivery, usernames
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.errors import (
    CodeDeliveryFailureException,
    InvalidParameterException,
    TooManyRequestsException,
)
from poolhouse.house import House
from poolhouse.messages.compose import Notice
from poolhouse.messages.send import send
from poolhouse.messages.unseen import unseen
from poolhouse.store import attempts, user_aliases, users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction

WRONG_CODE = "Invalid code or auth state for the user."
# ``first-factor-codes``, ``second-factor-codes``
CODES_PER_HOUR = 30
TOO_MANY_CODES = "Attempt limit exceeded, please try after some time."

_HOUR_MS = 3_600_000
_HASH = "code_hash"
_DESTINATION = "destination"


async def challenge(
    house: House,
    request: FlowRequest,
    user: User,
    name: str,
    contact: Contact,
    address: str,
    *,
    digits: int,
    state: Mapping[str, Any],
    secretly: bool = False,
) -> Challenge:
    """Open a session for ``name`` with a new code, and send the code to ``address``.

    ``state`` is kept beside it. ``secretly``: nobody may learn from the answer whether a message
    is sent (:mod:`poolhouse.messages.unseen`). Raises :class:`InvalidParameterException` when the
    message can be delivered to nobody: the sign-in operations have no other error for it.
    """
    code = house.ids.digits(digits)
    kept = {**state, _HASH: _keyed_hash(house, user, name, code), _DESTINATION: address}
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": delivery.medium(contact),
        "CODE_DELIVERY_DESTINATION": delivery.mask(contact, address),
        "USER_ID_FOR_SRP": user.username,
    }
    made = await auth_sessions.challenge(house, request, user, name, parameters, kept)
    caller = Caller(request.client.id, request.client_metadata)
    notice = Notice(request.pool, user, contact, address, "authentication", code, caller=caller)
    if secretly:
        await unseen(house, send(house, notice))
        return made
    try:
        await send(house, notice)
    except CodeDeliveryFailureException as error:
        raise InvalidParameterException(error.message) from error
    return made


async def count_sending(house: House, pool: UserPool, subject: str, kind: str) -> None:
    """Count a code that is about to be sent: each gives its tries to a guesser, costs the pool a
    message, and is a nuisance to the user. Raises :class:`TooManyRequestsException`.
    """
    counted = await house.db.write(
        attempts.record,
        pool.id,
        subject,
        kind,
        limit=CODES_PER_HOUR,
        now_ms=house.clock.now_ms(),
        window_ms=_HOUR_MS,
    )
    if not counted:
        raise TooManyRequestsException(TOO_MANY_CODES)


def matches(house: House, session: AuthSession, user: User, given: str) -> bool:
    """Whether ``given`` is the code that was sent for this session. Takes the same time if not."""
    expected = _keyed_hash(house, user, session.challenge, given)
    return hmac.compare_digest(expected, str(session.state[_HASH]))


def destination(session: AuthSession) -> str:
    """The address the code of a session was sent to."""
    return str(session.state[_DESTINATION])


async def note_verified(
    transaction: Transaction,
    pool: UserPool,
    user: User,
    contact: Contact,
    address: str,
    now_ms: int,
) -> None:
    """A code that came back proves its address, if it still is the user's.

    It does not where that would make it an alias that somebody else holds: signing in must not
    fail for it.
    """
    verified = f"{contact}_verified"
    if user.attributes.get(contact) != address or user.attributes.get(verified) == "true":
        return
    attributes = {**user.attributes, verified: "true"}
    key = usernames.alias_keys(pool, attributes).get(contact)
    if key is not None:
        owner = await user_aliases.owner(transaction, pool.id, contact, key)
        if owner not in (None, user.sub):
            return
    await users.update(transaction, pool, replace(user, attributes=attributes, modified_ms=now_ms))


def _keyed_hash(house: House, user: User, name: str, code: str) -> str:
    """Bound to pool, user and challenge; its session is where it is kept."""
    return house.sealer.keyed_hash(code, f"sign-in code {user.pool_id} {user.sub} {name}")
