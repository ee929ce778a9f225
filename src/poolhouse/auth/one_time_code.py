"""EMAIL_OTP and SMS_OTP as first factors: a code of eight digits by message.

Source: Amazon Cognito developer guide, "Passwordless sign-in with one-time passwords"; API
reference, RespondToAuthChallenge. The length was observed for email.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from poolhouse.auth import auth_sessions, message_factor, one_time_codes, sign_in_events
from poolhouse.auth.simulated_address import delivery_details
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import delivery, lockout, usernames
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    CodeMismatchException,
    NotAuthorizedException,
)
from poolhouse.house import House
from poolhouse.store import auth_sessions as stored_auth_sessions
from poolhouse.store import users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction

EMAIL: Final = "EMAIL_OTP"
SMS: Final = "SMS_OTP"
CONTACTS: Final[Mapping[str, Contact]] = {EMAIL: "email", SMS: "phone_number"}

DIGITS: Final = 8

_FIRST: Final = "first_factor"


async def ask(
    house: House, request: FlowRequest, user: User | None, name: str, state: Mapping[str, Any]
) -> Challenge:
    """Send a code and ask for it. ``user`` is None for one who is only pretended to exist.

    Raises :class:`TooManyRequestsException`, which names that nobody has get as well, and
    :class:`InvalidParameterException` when no message can be delivered.
    """
    contact = CONTACTS[name]
    kept = {**state, _FIRST: True}
    await _count_sending(house, request, user)
    if user is not None:
        address = user.attributes[contact]
        asked = await one_time_codes.challenge(
            house,
            request,
            user,
            name,
            contact,
            address,
            digits=DIGITS,
            state=kept,
            secretly=request.client.hides_user_existence,
        )
        details = delivery.details(contact, address)
    else:
        asked = await auth_sessions.challenge(house, request, None, name, {}, kept)
        details = delivery_details(house, request.pool, request.required("USERNAME"), contact)
    parameters = {
        "CODE_DELIVERY_DELIVERY_MEDIUM": details["DeliveryMedium"],
        "CODE_DELIVERY_DESTINATION": details["Destination"],
    }
    return replace(asked, parameters=parameters)


async def answer_sms(house: House, request: FlowRequest) -> Proof:
    """Judge SMS_OTP_CODE."""
    return await _answer(house, request, SMS)


async def answer_email(house: House, request: FlowRequest) -> Proof:
    """Judge EMAIL_OTP_CODE, of a first factor or of a second: the challenge has one name."""
    session = await auth_sessions.find(house, request, EMAIL)
    if session.state.get(_FIRST):
        return await _answer(house, request, EMAIL)
    return await message_factor.answer_email(house, request)


async def _answer(house: House, request: FlowRequest, name: str) -> Proof:
    """A right code verifies the address it was sent to; a wrong one leaves the session alive, for
    so many tries. Raises :class:`CodeMismatchException` and :class:`NotAuthorizedException`.
    """
    given, contact = request.required(f"{name}_CODE"), CONTACTS[name]
    session, user = await auth_sessions.resume_pretended(house, request, name)
    if user is None or not one_time_codes.matches(house, session, user, given):
        await house.db.write(_count_wrong, session)
        await sign_in_events.code_refused(house, request, session)
        raise CodeMismatchException(one_time_codes.WRONG_CODE)
    proven = await house.db.write(_accept, request.pool, session, contact, house.clock.now_ms())
    return Proof.resumed(request, proven, session.state, message_factor.METHODS[contact])


async def _count_sending(house: House, request: FlowRequest, user: User | None) -> None:
    name = usernames.key(request.pool, request.required("USERNAME"))
    unknown = house.sealer.keyed_hash(name, f"attempts {request.pool.id}")
    subject = user.sub if user is not None else f"unknown {unknown}"
    await one_time_codes.count_sending(house, request.pool, subject, "first_factor_code")


async def _count_wrong(transaction: Transaction, session: AuthSession) -> None:
    """Committed before the refusal is answered; the last try spends the session."""
    current = await stored_auth_sessions.find(transaction, session.pool_id, session.session_hash)
    if current is None or current.used:
        raise NotAuthorizedException(auth_sessions.USED)
    await stored_auth_sessions.count_failure(transaction, session)
    if current.failures + 1 >= lockout.CODES_PER_SESSION:
        await auth_sessions.spend(transaction, session)


async def _accept(
    transaction: Transaction, pool: UserPool, session: AuthSession, contact: Contact, now_ms: int
) -> User:
    """Spend the session and mark the address as verified, if it still is the user's."""
    await auth_sessions.spend(transaction, session)
    user = auth_sessions.checked(
        session, await users.find_by_sub(transaction, pool.id, session.sub)
    )
    address = one_time_codes.destination(session)
    if user.attributes.get(contact) != address:
        raise NotAuthorizedException(auth_sessions.INVALID)
    await one_time_codes.note_verified(transaction, pool, user, contact, address, now_ms)
    return await users.get_by_sub(transaction, pool.id, session.sub)
