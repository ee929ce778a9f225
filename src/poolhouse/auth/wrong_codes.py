"""Judging a second factor's code: wrong ones are counted before they are refused.

Everything happens in one transaction, one answer after the other, so that guesses which arrive
together are judged like guesses that arrive in turn. An auth session outlives a wrong code, though
not many; the user's count outlives the session (:mod:`poolhouse.domain.lockout`).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from poolhouse.auth import auth_sessions, sign_in_events
from poolhouse.auth.lock_out import LOCKED_OUT
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain import lockout
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, ServiceError
from poolhouse.house import House
from poolhouse.store import auth_sessions as stored_sessions
from poolhouse.store import second_factors, users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction

Judge = Callable[[Transaction, User], Awaitable[ServiceError | None]]
"""Returns the refusal of a wrong code; of a right one, it keeps what the code has brought about.

What it raises undoes everything and counts as nothing.
"""


async def judged(house: House, request: FlowRequest, session: AuthSession, judge: Judge) -> User:
    """Judge the answer to a session; a right one spends it. The user as they are then.

    Raises the judge's refusal, and :class:`NotAuthorizedException` for a session that was spent
    meanwhile or a user who gave too many wrong codes.
    """
    outcome = await house.db.write(_judge, house, request, session, judge)
    if isinstance(outcome, ServiceError):
        await sign_in_events.code_refused(house, request, session)
        raise outcome
    return outcome


async def _judge(
    transaction: Transaction,
    house: House,
    request: FlowRequest,
    session: AuthSession,
    judge: Judge,
) -> User | ServiceError:
    now_ms = house.clock.now_ms()
    pool_id, sub = session.pool_id, session.sub
    current = await stored_sessions.find(transaction, pool_id, session.session_hash)
    if current is None or current.used:
        raise NotAuthorizedException(auth_sessions.USED)
    user = auth_sessions.checked(session, await users.find_by_sub(transaction, pool_id, sub))
    failures, last_ms = await second_factors.failures(transaction, pool_id, sub)
    if now_ms < last_ms + lockout.second_factor_locked_seconds(failures) * 1000:
        raise NotAuthorizedException(LOCKED_OUT)
    refusal = await judge(transaction, user)
    if refusal is None:
        await auth_sessions.spend(transaction, session)
        await second_factors.forget_failures(transaction, pool_id, sub)
        return await users.get_by_sub(transaction, pool_id, sub)
    await second_factors.put_failures(transaction, pool_id, sub, failures + 1, now_ms)
    await stored_sessions.count_failure(transaction, session)
    if current.failures + 1 >= lockout.CODES_PER_SESSION:
        await auth_sessions.spend(transaction, session)
    return refusal
