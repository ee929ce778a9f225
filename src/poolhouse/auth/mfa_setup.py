"""MFA_SETUP: where the pool requires a second factor, a user without one sets it up to sign in.

An authenticator app: AssociateSoftwareToken and VerifySoftwareToken with the session of this
challenge, then an answer with the session that came last. An email address: an answer with EMAIL,
then the code. Source: API reference, RespondToAuthChallenge (``email-set-up``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from poolhouse.auth import auth_sessions, message_factor, own_factors, software_token
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import attribute_values, second_factors
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException, NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import software_tokens
from poolhouse.store.auth_sessions import AuthSession

NAME = "MFA_SETUP"
# Ours.
NOT_OFFERED = "The user pool does not offer this MFA type."
OTHER_VALUE: Mapping[str, str] = {
    "email": "The user has another email address.",
    "phone_number": "The user has another phone number.",
}

_VERIFIED = "verified"


async def ask(house: House, proof: Proof) -> Challenge:
    """The challenge, with the factors of the pool. Not all of them can be set up by users alone:
    a phone number is for an administrator to add.
    """
    parameters = {
        "MFAS_CAN_SETUP": orjson.dumps(second_factors.of_pool(proof.request.pool)).decode(),
        "USER_ID_FOR_SRP": proof.user.username,
    }
    return await auth_sessions.challenge(
        house, proof.request, proof.user, NAME, parameters, proof.carried()
    )


async def go_on(
    house: House, request: FlowRequest, user: User, session: AuthSession, **added: Any
) -> str:
    """A new session in place of a spent one, for the next call of the same set-up."""
    state: Mapping[str, Any] = {**session.state, **added}
    made = await auth_sessions.challenge(house, request, user, NAME, {}, state)
    return str(made.session)


async def go_on_verified(
    house: House, request: FlowRequest, user: User, session: AuthSession
) -> str:
    """The same, once the app has given its first code."""
    return await go_on(house, request, user, session, **{_VERIFIED: True})


async def answer(house: House, request: FlowRequest) -> Challenge | Proof:
    """Go on once the factor is set up, or send a code to the address that becomes one.

    Raises :class:`NotAuthorizedException` for a session that has verified nothing,
    :class:`InvalidParameterException`.
    """
    session, user = await auth_sessions.resume(house, request, NAME)
    address = request.parameters.get("EMAIL")
    if address and not session.state.get(_VERIFIED):
        return await send_to(house, request, second_factors.EMAIL, address)
    has_token = await software_tokens.is_verified(house.db, user.pool_id, user.sub)
    if not session.state.get(_VERIFIED) or not has_token:
        raise NotAuthorizedException(auth_sessions.INVALID)
    await house.db.write(auth_sessions.spend, session)
    return Proof.strengthened(request, user, session.state, software_token.METHOD)


async def send_to(house: House, request: FlowRequest, factor: str, address: str) -> Challenge:
    """Send a code to an address or number that becomes the user's factor when it comes back.

    Raises :class:`InvalidParameterException` and :class:`NotAuthorizedException`.
    """
    session, user = await auth_sessions.resume(house, request, NAME)
    _check_address(request.pool, user, factor, address)
    await own_factors.check_none(house.db, request.pool, user)
    await house.db.write(auth_sessions.spend, session)
    proof = Proof.resumed(request, user, session.state)
    return await message_factor.ask_to_set_up(house, proof, factor, address)


def _check_address(pool: UserPool, user: User, factor: str, address: str) -> None:
    if factor not in second_factors.of_pool(pool):
        raise InvalidParameterException(NOT_OFFERED)
    contact = second_factors.CONTACTS[factor]
    attribute_values.check(pool.attributes[contact], address)
    if user.attributes.get(contact) not in (None, "", address):
        raise InvalidParameterException(OTHER_VALUE[contact])
