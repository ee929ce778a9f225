"""Signing in with a password: USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH.

Source: Amazon Cognito developer guide, "Authentication with user pools" and "Lockout behavior for
failed sign-in attempts".
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import NoReturn

from poolhouse.auth import lock_out, migration, sign_in_events
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.auth.lookup import enter
from poolhouse.auth.passwords import WRONG_PASSWORD
from poolhouse.auth.steps import FlowRequest, Proof
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, PasswordResetRequiredException
from poolhouse.house import House
from poolhouse.store import srp_verifiers, users
from poolhouse.store.database import Transaction

RESET_REQUIRED = "Password reset required for the user"
METHOD = "pwd"
"""The ``amr`` value of a password, however it was proven (RFC 8176)."""


async def sign_in(house: House, request: FlowRequest) -> Proof:
    """Begin a sign-in and prove a user by name and password; unknown ones may be migrated.

    Raises :class:`UserNotFoundException` or :class:`NotAuthorizedException`; which of the two an
    unknown user gives is the app client's choice. Raises what :func:`prove` raises, and the three
    Lambda exceptions.
    """
    name, password = request.required("USERNAME"), request.required("PASSWORD")
    migrated = await migration.at_sign_in(house, request, name, password)
    user = await enter(house, request, name)
    if migrated is not None and migrated.status == "RESET_REQUIRED":
        # Nothing to hide: the pool's function has just vouched for the password.
        raise PasswordResetRequiredException(RESET_REQUIRED)
    return await prove(house, request, user)


async def prove(house: House, request: FlowRequest, user: User | None) -> Proof:
    """Prove the user of a sign-in that has begun by the PASSWORD of the request.

    Raises :class:`NotAuthorizedException`, also for None, the user that does not exist. A user who
    was imported without a password must reset it first (:class:`PasswordResetRequiredException`),
    unless that would tell them apart from unknown ones.
    """
    password = request.required("PASSWORD")
    if user is None:
        await refuse(house, request)
    if user.password_hash is None and user.status == "RESET_REQUIRED":
        if request.client.hides_user_existence:
            await refuse(house, request)
        raise PasswordResetRequiredException(RESET_REQUIRED)
    async with sign_in_events.password_watched(house, request, user):
        known = await check_password(house, user, password)
    await sign_in_events.check_compromised(house, request, user, password)
    return Proof(request, known, methods=(METHOD,))


async def refuse(house: House, request: FlowRequest) -> NoReturn:
    """Refuse USERNAME and PASSWORD as a wrong password is, in words, work and lock-out."""
    name, password = request.required("USERNAME"), request.required("PASSWORD")
    await lock_out.guarded_unknown(
        house, request.pool, name, partial(house.passwords.refuse, password)
    )
    raise NotAuthorizedException(WRONG_PASSWORD)


async def check_password(house: House, user: User, password: str) -> User:
    """Check a known user's password, with lock-out. Raises :class:`NotAuthorizedException`.

    A failure is counted, durably, before it is answered. Returns the user as they are now: on the
    way, a hash of other parameters than today's is replaced, and a missing verifier is made.
    """
    check = partial(house.passwords.check, user.password_hash, password)
    await lock_out.guarded(house, user, check)
    return await _with_current_credentials(house, user, password)


async def _with_current_credentials(house: House, user: User, password: str) -> User:
    """Users who were imported, or whose verifier was not kept, can use SRP from now on."""
    if user.password_hash is None:
        return user
    sealed = await srp_verifiers.find(house.db, user.pool_id, user.sub)
    keeps_none = house.settings.srp_verifiers and sealed is None
    if not keeps_none and not house.passwords.outdated(user.password_hash):
        return user
    made = await derive(house, user.pool_id, user.sub, user.username, password)
    await house.db.write(_replace, user, made)
    return replace(user, password_hash=made.password_hash)


async def _replace(transaction: Transaction, user: User, made: Credentials) -> None:
    if await users.replace_password_hash(transaction, user, made.password_hash):
        await srp_verifiers.put(transaction, user.pool_id, user.sub, made.sealed_verifier)
