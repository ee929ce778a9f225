"""NEW_PASSWORD_REQUIRED: a temporary password is replaced at the first sign-in.

Source: Amazon Cognito API reference, RespondToAuthChallenge.
"""

from __future__ import annotations

from dataclasses import replace

import orjson

from poolhouse.auth import auth_sessions
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import attributes, passwords
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import password_history, users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction

NAME = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."


async def ask(house: House, proof: Proof) -> Challenge:
    """The challenge, with the required attributes that still lack a value."""
    request, user = proof.request, proof.user
    missing = attributes.missing_required(request.pool, user.attributes)
    shown = {name: value for name, value in user.attributes.items() if name != "sub"}
    parameters = {
        "USER_ID_FOR_SRP": user.username,
        "requiredAttributes": orjson.dumps([_PREFIX + name for name in missing]).decode(),
        "userAttributes": orjson.dumps(shown).decode(),
    }
    return await auth_sessions.challenge(house, request, user, NAME, parameters)


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge the answer, store the new password and attributes, and go on as that user.

    Raises InvalidPasswordException, InvalidParameterException and NotAuthorizedException; the
    session lives on after a refused password, and is spent by an accepted one.
    """
    password = request.required("NEW_PASSWORD")
    session = await auth_sessions.find(house, request, NAME)
    user = await _user_of(house, request, session)
    passwords.check(request.pool.password_policy, password)
    given = {
        name.removeprefix(_PREFIX): value
        for name, value in request.parameters.items()
        if name.startswith(_PREFIX)
    }
    added = attributes.check_new_password_answer(
        request.pool, user.attributes, given, request.client
    )
    changed = replace(
        user,
        attributes={**user.attributes, **added},
        password_hash=await house.passwords.hash(password),
        status="CONFIRMED",
        temporary_password_expires_ms=None,
        modified_ms=house.clock.now_ms(),
    )
    await house.db.write(_store, request, session, changed)
    return Proof(
        request,
        changed,
        source="TokenGeneration_NewPasswordChallenge",
        client_metadata=request.client_metadata,
    )


async def _user_of(house: House, request: FlowRequest, session: AuthSession) -> User:
    name = request.required("USERNAME")
    user = await users.find(house.db, request.pool, name)
    if user is None or user.sub != session.sub:
        raise NotAuthorizedException(auth_sessions.INVALID)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status != "FORCE_CHANGE_PASSWORD":
        raise NotAuthorizedException(auth_sessions.INVALID)
    return user


async def _store(
    transaction: Transaction, request: FlowRequest, session: AuthSession, user: User
) -> None:
    await auth_sessions.spend(transaction, session)
    await users.update(transaction, request.pool, user)
    await password_history.remember(transaction, request.pool, user)
