"""SMS_MFA and EMAIL_OTP as second factors: a code of six digits by message.

Source: Amazon Cognito developer guide, "SMS and email message MFA".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from poolhouse.auth import auth_sessions, devices, one_time_codes, own_factors, wrong_codes
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import second_factors
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User
from poolhouse.domain.second_factors import CONTACTS, EMAIL, SMS
from poolhouse.errors import CodeMismatchException, ServiceError
from poolhouse.house import House
from poolhouse.store import second_factors as stored_factors
from poolhouse.store import users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction

DIGITS = 6
METHODS: Mapping[Contact, str] = {"phone_number": "sms", "email": "email_otp"}
"""The ``amr`` values: RFC 8176's for SMS, Cognito's own for email."""

_CODES = {SMS: "SMS_MFA_CODE", EMAIL: "EMAIL_OTP_CODE"}
_SETS_UP = "sets_up"


async def ask(house: House, proof: Proof, name: str) -> Challenge:
    """Send a code to the user's own address.

    Raises :class:`InvalidParameterException` and :class:`TooManyRequestsException`.
    """
    contact = CONTACTS[name]
    return await _ask(house, proof, name, proof.user.attributes[contact], proof.carried())


async def ask_to_set_up(house: House, proof: Proof, name: str, address: str) -> Challenge:
    """Send a code to an address that becomes the user's, and a factor, when it comes back."""
    return await _ask(house, proof, name, address, {**proof.carried(), _SETS_UP: True})


async def _ask(
    house: House, proof: Proof, name: str, address: str, state: Mapping[str, Any]
) -> Challenge:
    user = proof.user
    await one_time_codes.count_sending(house, proof.request.pool, user.sub, "second_factor_code")
    return await one_time_codes.challenge(
        house,
        proof.request,
        user,
        name,
        CONTACTS[name],
        address,
        digits=DIGITS,
        state=state,
    )


async def answer_sms(house: House, request: FlowRequest) -> Proof:
    """Raises :class:`CodeMismatchException` and :class:`NotAuthorizedException`."""
    return await _answer(house, request, SMS)


async def answer_email(house: House, request: FlowRequest) -> Proof:
    """As :func:`answer_sms`; where the code sets the factor up, also AliasExistsException."""
    return await _answer(house, request, EMAIL)


async def _answer(house: House, request: FlowRequest, name: str) -> Proof:
    code, contact = request.required(_CODES[name]), CONTACTS[name]
    session, found = await auth_sessions.resume(house, request, name)
    # Refused before the session is spent: the client drops the key and answers again.
    await devices.named(house, request, found)

    async def judge(transaction: Transaction, user: User) -> ServiceError | None:
        if not one_time_codes.matches(house, session, user, code):
            return CodeMismatchException(one_time_codes.WRONG_CODE)
        if session.state.get(_SETS_UP):
            await _set_up(transaction, house, request, session, user)
        else:
            await one_time_codes.note_verified(
                transaction,
                request.pool,
                user,
                contact,
                one_time_codes.destination(session),
                house.clock.now_ms(),
            )
        return None

    user = await wrong_codes.judged(house, request, session, judge)
    return Proof.strengthened(request, user, session.state, METHODS[contact])


async def _set_up(
    transaction: Transaction,
    house: House,
    request: FlowRequest,
    session: AuthSession,
    user: User,
) -> None:
    await own_factors.check_none(transaction, request.pool, user)
    address = one_time_codes.destination(session)
    factor = session.challenge
    contact = CONTACTS[factor]
    attributes = {**user.attributes, contact: address, f"{contact}_verified": "true"}
    changed = replace(user, attributes=attributes, modified_ms=house.clock.now_ms())
    await users.update(transaction, request.pool, changed)
    factors = await stored_factors.find(transaction, user.pool_id, user.sub)
    await stored_factors.put(
        transaction, user.pool_id, user.sub, second_factors.with_enabled(factors, factor)
    )
