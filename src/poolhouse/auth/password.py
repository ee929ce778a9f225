"""Signing in with a password: USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH.

Source: Amazon Cognito developer guide, "Authentication with user pools" and "Lockout behavior for
failed sign-in attempts".
"""

from __future__ import annotations

from dataclasses import replace

from poolhouse.auth.lookup import find_user
from poolhouse.auth.steps import FlowRequest, Proof
from poolhouse.domain import lockout
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, PasswordResetRequiredException
from poolhouse.house import House
from poolhouse.store import sign_in_failures, users
from poolhouse.store.database import Reader, Transaction

LOCKED_OUT = "Password attempts exceeded"
RESET_REQUIRED = "Password reset required for the user"


async def sign_in(house: House, request: FlowRequest) -> Proof:
    """Prove a user by name and password.

    Raises :class:`UserNotFoundException` or :class:`NotAuthorizedException`; which of the two an
    unknown user gives is the app client's choice. A user who was imported without a password
    must reset it first (:class:`PasswordResetRequiredException`), unless that would tell them
    apart from unknown ones.
    """
    username, password = request.required("USERNAME"), request.required("PASSWORD")
    user = await find_user(house, request, username)
    if user is None:
        await house.passwords.refuse(password)
    if user.password_hash is None and user.status == "RESET_REQUIRED":
        if request.client.hides_user_existence:
            await house.passwords.refuse(password)
        raise PasswordResetRequiredException(RESET_REQUIRED)
    return Proof(request, await check_password(house, user, password))


async def check_password(house: House, user: User, password: str) -> User:
    """Check a known user's password, with lock-out. Raises :class:`NotAuthorizedException`.

    A failure is counted, durably, before it is answered. Returns the user as they are now: a hash
    of other parameters than today's is replaced on the way.
    """
    if not house.settings.lockout:
        await house.passwords.check(user.password_hash, password)
        return await _with_current_hash(house, user, password)
    await _check_lock(house.db, user, house.clock.now_ms())
    try:
        await house.passwords.check(user.password_hash, password)
    except NotAuthorizedException:
        await house.db.write(_count_failure, user, house.clock.now_ms())
        raise
    # Many guesses sent at once would all pass the first look: one that comes out while the
    # others have locked the user is not answered, right or wrong.
    if await _check_lock(house.db, user, house.clock.now_ms()):
        await house.db.write(sign_in_failures.forget, user.pool_id, user.sub)
    return await _with_current_hash(house, user, password)


async def _check_lock(reader: Reader, user: User, now_ms: int) -> int:
    """The failures so far. Raises :class:`NotAuthorizedException` while they lock the user."""
    failures, last_ms = await sign_in_failures.find(reader, user.pool_id, user.sub)
    if lockout.is_locked(failures, last_ms, now_ms):
        raise NotAuthorizedException(LOCKED_OUT)
    return failures


async def _count_failure(transaction: Transaction, user: User, now_ms: int) -> None:
    await _check_lock(transaction, user, now_ms)
    await sign_in_failures.record(
        transaction,
        user.pool_id,
        user.sub,
        now_ms=now_ms,
        forget_after_ms=lockout.FORGET_AFTER_SECONDS * 1000,
    )


async def _with_current_hash(house: House, user: User, password: str) -> User:
    if user.password_hash is None or not house.passwords.outdated(user.password_hash):
        return user
    hashed = await house.passwords.hash(password)
    await house.db.write(users.replace_password_hash, user, hashed)
    return replace(user, password_hash=hashed)
