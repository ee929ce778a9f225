"""NEW_PASSWORD_REQUIRED: a temporary password is replaced at the first sign-in.

Source: Amazon Cognito API reference, RespondToAuthChallenge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import orjson

from poolhouse.auth import auth_sessions
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.auth.history import check_history
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import attributes, passwords
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import password_history, srp_verifiers, users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash

NAME = "NEW_PASSWORD_REQUIRED"
_PREFIX = "userAttributes."
_PROVEN = "proven"


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
    state = {**proof.carried(), _PROVEN: _fingerprint(user)}
    return await auth_sessions.challenge(house, request, user, NAME, parameters, state)


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge the answer, store the new password and attributes, and go on as that user.

    Raises InvalidPasswordException, PasswordHistoryPolicyViolationException,
    InvalidParameterException, AliasExistsException and NotAuthorizedException; the session lives
    on after a refused answer, and is spent by an accepted one.
    """
    name, password = request.required("USERNAME"), request.required("NEW_PASSWORD")
    session = await auth_sessions.find(house, request, NAME)
    user = await users.find(house.db, request.pool, name)
    user = _checked(session, user)
    passwords.check(request.pool.password_policy, password)
    await check_history(house, request.pool, user, password)
    made = await derive(house, session.pool_id, session.sub, user.username, password)
    changed = await house.db.write(_store, request, session, made, house.clock.now_ms())
    return Proof(
        request,
        changed,
        source="TokenGeneration_NewPasswordChallenge",
        client_metadata=request.client_metadata,
        methods=tuple(session.state["methods"]),
        asked=session.state.get("asked"),
    )


def _checked(session: AuthSession, user: User | None) -> User:
    """The user, if the session still speaks for them: the temporary password it was opened with
    must not have been replaced since.
    """
    if user is None or user.sub != session.sub:
        raise NotAuthorizedException(auth_sessions.INVALID)
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    if user.status != "FORCE_CHANGE_PASSWORD" or _fingerprint(user) != session.state[_PROVEN]:
        raise NotAuthorizedException(auth_sessions.INVALID)
    return user


def _fingerprint(user: User) -> str:
    return token_hash(user.password_hash or "")


async def _store(
    transaction: Transaction,
    request: FlowRequest,
    session: AuthSession,
    made: Credentials,
    now_ms: int,
) -> User:
    def change(user: User) -> User:
        _checked(session, user)
        added = attributes.check_new_password_answer(
            request.pool, user.attributes, _given(request.parameters), request.client
        )
        return replace(
            user,
            attributes={**user.attributes, **added},
            password_hash=made.password_hash,
            status="CONFIRMED",
            temporary_password_expires_ms=None,
            modified_ms=now_ms,
        )

    await auth_sessions.spend(transaction, session)
    changed = await users.amend(transaction, request.pool, session.sub, change)
    await srp_verifiers.put(transaction, changed.pool_id, changed.sub, made.sealed_verifier)
    await password_history.remember(transaction, request.pool, changed)
    return changed


def _given(parameters: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(_PREFIX): value
        for name, value in parameters.items()
        if name.startswith(_PREFIX)
    }
