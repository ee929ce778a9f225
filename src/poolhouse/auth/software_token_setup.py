"""Setting up an authenticator app: a new secret, and the first code that proves it was taken.

By a user who is signed in, or with the session of MFA_SETUP. The old app stays good until the new
one has proven itself. Source: API reference, AssociateSoftwareToken and VerifySoftwareToken.
"""

from __future__ import annotations

import base64
from dataclasses import replace
from typing import NamedTuple

from poolhouse.auth import auth_sessions, mfa_setup, own_factors, totp
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain import second_factors
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import EnableSoftwareTokenMFAException, SoftwareTokenMFANotFoundException
from poolhouse.house import House
from poolhouse.store import second_factors as stored_factors
from poolhouse.store import software_tokens, users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction
from poolhouse.store.software_tokens import SoftwareToken

NOT_ENABLED = "Software Token MFA has not been enabled by the userPool"
MISMATCH = "Code mismatch and fail enable Software Token MFA"

_SECRET = "secret"


class Associated(NamedTuple):
    """The base32 secret, and the session to verify it with, if it was asked for with one."""

    secret: str
    session: str | None = None


async def associate(house: House, pool: UserPool, user: User) -> Associated:
    """A new secret for a user who is signed in.

    Raises :class:`SoftwareTokenMFANotFoundException` where the pool has no such factor.
    """
    _check_offered(pool)
    secret = totp.new_secret(house)
    sealed = totp.seal(house, pool.id, user.sub, secret)
    await house.db.write(_keep_pending, user, sealed)
    return Associated(secret)


async def associate_in_session(house: House, request: FlowRequest) -> Associated:
    """The same within MFA_SETUP: the secret waits in the new session.

    Raises :class:`NotAuthorizedException` as well.
    """
    session, user = await _session_and_user(house, request)
    _check_offered(request.pool)
    await own_factors.check_none(house.db, request.pool, user)
    secret = totp.new_secret(house)
    sealed = totp.seal(house, user.pool_id, user.sub, secret)
    await house.db.write(auth_sessions.spend, session)
    kept = base64.b64encode(sealed).decode("ascii")
    return Associated(
        secret, await mfa_setup.go_on(house, request, user, session, **{_SECRET: kept})
    )


async def verify(house: House, user: User, code: str, friendly_name: str) -> None:
    """Make the waiting secret the user's app. The code counts as used.

    Raises :class:`EnableSoftwareTokenMFAException`.
    """
    await house.db.write(_verify_pending, house, user, code, friendly_name)


async def verify_in_session(
    house: House, request: FlowRequest, code: str, friendly_name: str
) -> str:
    """The same within MFA_SETUP; the app is asked for from the next sign-in on. The new session.

    A wrong code leaves the session as it was. Raises :class:`NotAuthorizedException` as well.
    """
    session, user = await _session_and_user(house, request)
    await house.db.write(_verify_in_session, house, request, session, code, friendly_name)
    return await mfa_setup.go_on_verified(house, request, user, session)


async def _session_and_user(house: House, request: FlowRequest) -> tuple[AuthSession, User]:
    """The session alone names the user here."""
    session = await auth_sessions.find(house, request, mfa_setup.NAME)
    user = await users.find_by_sub(house.db, session.pool_id, session.sub)
    return session, auth_sessions.checked(session, user)


def _check_offered(pool: UserPool) -> None:
    if second_factors.TOTP not in second_factors.of_pool(pool):
        raise SoftwareTokenMFANotFoundException(NOT_ENABLED)


async def _keep_pending(transaction: Transaction, user: User, sealed: bytes) -> None:
    await users.get_by_sub(transaction, user.pool_id, user.sub)
    token = await software_tokens.find(transaction, user.pool_id, user.sub)
    token = token or SoftwareToken(user.pool_id, user.sub)
    await software_tokens.put(transaction, replace(token, sealed_pending=sealed))


async def _verify_pending(
    transaction: Transaction, house: House, user: User, code: str, friendly_name: str
) -> None:
    token = await software_tokens.find(transaction, user.pool_id, user.sub)
    pending = token.sealed_pending if token else None
    await _accept(transaction, house, user, pending, code, friendly_name)


async def _verify_in_session(
    transaction: Transaction,
    house: House,
    request: FlowRequest,
    session: AuthSession,
    code: str,
    friendly_name: str,
) -> None:
    user = await users.find_by_sub(transaction, session.pool_id, session.sub)
    user = auth_sessions.checked(session, user)
    await own_factors.check_none(transaction, request.pool, user)
    kept = session.state.get(_SECRET)
    pending = base64.b64decode(kept) if kept else None
    await _accept(transaction, house, user, pending, code, friendly_name)
    factors = await stored_factors.find(transaction, user.pool_id, user.sub)
    enabled = second_factors.with_enabled(factors, second_factors.TOTP)
    await stored_factors.put(transaction, user.pool_id, user.sub, enabled)
    await auth_sessions.spend(transaction, session)


async def _accept(
    transaction: Transaction,
    house: House,
    user: User,
    pending: bytes | None,
    code: str,
    friendly_name: str,
) -> None:
    if pending is None:
        raise EnableSoftwareTokenMFAException(MISMATCH)
    secret = totp.unseal(house, user.pool_id, user.sub, pending)
    steps = totp.matching_steps(secret, code, house.clock.now_ms())
    if not steps:
        raise EnableSoftwareTokenMFAException(MISMATCH)
    verified = SoftwareToken(
        user.pool_id, user.sub, pending, None, friendly_name, last_step=steps[-1]
    )
    await software_tokens.put(transaction, verified)
