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
from poolhouse.threat_protection import compromised

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
    return await auth_sessions.challenge(house, request, user, NAME, parameters, proof.carried())


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge the answer, store the new password and attributes, and go on as that user.

    Raises InvalidPasswordException, PasswordHistoryPolicyViolationException,
    InvalidParameterException, AliasExistsException and NotAuthorizedException; the session lives
    on after a refused answer, and is spent by an accepted one.
    """
    request.required("USERNAME")
    password = request.required("NEW_PASSWORD")
    session, user = await auth_sessions.resume(house, request, NAME)
    _check_temporary(user)
    passwords.check(request.pool.password_policy, password)
    await compromised.check_chosen(
        house, request.pool, request.client.id, password, "PASSWORD_CHANGE"
    )
    await check_history(house, request.pool, user, password)
    made = await derive(house, session.pool_id, session.sub, user.username, password)
    changed = await house.db.write(_store, request, session, made, house.clock.now_ms())
    return replace(
        Proof.resumed(request, changed, session.state),
        source="TokenGeneration_NewPasswordChallenge",
    )


def _check_temporary(user: User) -> None:
    if user.status != "FORCE_CHANGE_PASSWORD":
        raise NotAuthorizedException(auth_sessions.INVALID)


async def _store(
    transaction: Transaction,
    request: FlowRequest,
    session: AuthSession,
    made: Credentials,
    now_ms: int,
) -> User:
    def change(user: User) -> User:
        _check_temporary(auth_sessions.checked(session, user))
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
