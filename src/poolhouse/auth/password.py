"""Signing in with a password: USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH.

Source: Amazon Cognito developer guide, "Authentication with user pools"; lock-out as described in
:mod:`poolhouse.domain.lockout`.
"""

from __future__ import annotations

from poolhouse.auth.lookup import find_user
from poolhouse.auth.passwords import WRONG_PASSWORD
from poolhouse.auth.steps import FlowRequest, Proof
from poolhouse.domain import lockout
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, PasswordResetRequiredException
from poolhouse.house import House
from poolhouse.store import sign_in_failures, users


async def sign_in(house: House, request: FlowRequest) -> Proof:
    """Prove a user by name and password.

    Raises :class:`UserNotFoundException` or :class:`NotAuthorizedException`; which of the two an
    unknown user gives is the app client's choice.
    """
    username, password = request.required("USERNAME"), request.required("PASSWORD")
    user = await find_user(house, request, username)
    if user is None:
        await house.passwords.check(None, password)
        raise NotAuthorizedException(WRONG_PASSWORD)
    if user.password_hash is None and user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException("Password reset required for the user")
    await check_password(house, user, password)
    return Proof(request, user)


async def check_password(house: House, user: User, password: str) -> None:
    """Check a known user's password with lock-out; a failure is counted before it is raised."""
    now_ms = house.clock.now_ms()
    pool_id = user.pool_id
    failures, last_ms = await sign_in_failures.find(house.db, pool_id, user.sub)
    if house.settings.lockout and lockout.is_locked(failures, last_ms, now_ms):
        raise NotAuthorizedException("Password attempts exceeded")
    try:
        await house.passwords.check(user.password_hash, password)
    except NotAuthorizedException:
        await house.db.write(
            sign_in_failures.record,
            pool_id,
            user.sub,
            now_ms=now_ms,
            forget_after_ms=lockout.FORGET_AFTER_SECONDS * 1000,
        )
        raise
    if failures:
        await house.db.write(sign_in_failures.forget, pool_id, user.sub)
    if user.password_hash is not None and house.passwords.outdated(user.password_hash):
        stronger = await house.passwords.hash(password)
        await house.db.write(users.replace_password_hash, user, stronger)
