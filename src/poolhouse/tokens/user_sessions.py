"""User sessions: opened with a sign-in, kept up by refreshing, evicted, listed, revoked.

Source: Amazon Cognito developer guide, "Managing user sessions"; API reference of the session
operations. Nothing is kept for pools that do not track sessions.
"""

from __future__ import annotations

from typing import Final

from poolhouse.domain import session_tracking
from poolhouse.domain.authentication import Authentication, Visitor
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException, ResourceNotFoundException
from poolhouse.house import House
from poolhouse.store import browser_sessions, sign_ins, user_sessions
from poolhouse.store.database import Transaction
from poolhouse.store.user_sessions import UserSession

MOST_LISTED: Final = 125
# ``session-sentences``
NO_SUCH_SESSION: Final = "Session does not exist."
OWN_SESSION: Final = "The current session cannot be revoked."

_NOWHERE: Final = Visitor()


async def open_token_session(
    transaction: Transaction,
    authentication: Authentication,
    session_id: str,
    *,
    expires_ms: int,
    now_ms: int,
) -> None:
    """Keep the session of a user's sign-in, in a pool that tracks them.

    The least recently used ones beyond the limit make room.
    """
    pool, user = authentication.pool, authentication.user
    if user is None:
        return
    present = await user_sessions.live(transaction, pool.id, user.sub, now_ms)
    tokens = [each for each in present if each.event_id is not None]
    for evicted in tokens[session_tracking.most_per_user(pool) - 1 :]:
        await _end(transaction, evicted, now_ms)
    visitor = authentication.visitor or _NOWHERE
    await user_sessions.insert(
        transaction,
        UserSession(
            pool_id=pool.id,
            session_id=session_id,
            sub=user.sub,
            client_id=authentication.client.id,
            event_id=authentication.event_id,
            browser_hash=None,
            origin_session_id=authentication.origin_session_id,
            address=visitor.address,
            user_agent=visitor.user_agent,
            created_ms=now_ms,
            active_ms=now_ms,
            expires_ms=expires_ms,
        ),
    )
    await _note_use_of_origin(transaction, present, authentication.origin_session_id, now_ms)


async def note_refresh(
    transaction: Transaction, pool_id: str, event_id: str, visitor: Visitor | None, now_ms: int
) -> None:
    """A refresh keeps its session in use, and the SSO session that it came through."""
    session = await user_sessions.of_sign_in(transaction, pool_id, event_id)
    if session is None:
        return
    await _touch(transaction, session, visitor, now_ms)
    present = await user_sessions.live(transaction, pool_id, session.sub, now_ms)
    await _note_use_of_origin(transaction, present, session.origin_session_id, now_ms)


async def listed(house: House, pool: UserPool, user: User) -> list[UserSession]:
    """The user's sessions that have not ended; none where they are not tracked."""
    if not session_tracking.is_on(pool):
        return []
    now_ms = house.clock.now_ms()
    return (await user_sessions.live(house.db, pool.id, user.sub, now_ms))[:MOST_LISTED]


async def revoke(
    house: House,
    pool: UserPool,
    user: User,
    session_id: str,
    *,
    linked: bool,
    own_event_id: str | None = None,
) -> None:
    """End one session, and with ``linked`` those that it came through or that came through it.

    ``own_event_id`` is the sign-in of the user who asks. Raises
    :class:`ResourceNotFoundException`, and :class:`InvalidParameterException` for the session of
    that sign-in.
    """
    await house.db.write(
        _revoke, pool.id, user.sub, session_id, linked, own_event_id, house.clock.now_ms()
    )


async def end_with_sign_in(
    transaction: Transaction, pool_id: str, event_id: str, *, linked: bool, now_ms: int
) -> None:
    """Revoke a sign-in and its session; with ``linked`` the SSO session that it came through."""
    await sign_ins.revoke(transaction, pool_id, event_id, now_ms)
    session = await user_sessions.of_sign_in(transaction, pool_id, event_id)
    if session is None:
        return
    await user_sessions.delete(transaction, pool_id, session.session_id)
    if linked:
        for each in await user_sessions.live(transaction, pool_id, session.sub, now_ms):
            if each.session_id == session.origin_session_id:
                await _end(transaction, each, now_ms)


async def _revoke(
    transaction: Transaction,
    pool_id: str,
    sub: str,
    session_id: str,
    linked: bool,
    own_event_id: str | None,
    now_ms: int,
) -> None:
    present = await user_sessions.live(transaction, pool_id, sub, now_ms)
    found = next((each for each in present if each.session_id == session_id), None)
    if found is None:
        raise ResourceNotFoundException(NO_SUCH_SESSION)
    if own_event_id is not None and found.event_id == own_event_id:
        raise InvalidParameterException(OWN_SESSION)
    ended = [found]
    if linked:
        ended += [each for each in present if _are_linked(each, found)]
    for each in ended:
        await _end(transaction, each, now_ms)


def _are_linked(one: UserSession, other: UserSession) -> bool:
    return one.origin_session_id == other.session_id or other.origin_session_id == one.session_id


async def _end(transaction: Transaction, session: UserSession, now_ms: int) -> None:
    if session.event_id is not None:
        await sign_ins.revoke(transaction, session.pool_id, session.event_id, now_ms)
    if session.browser_hash is not None:
        await browser_sessions.delete(transaction, session.pool_id, session.browser_hash)
    await user_sessions.delete(transaction, session.pool_id, session.session_id)


async def _touch(
    transaction: Transaction, session: UserSession, visitor: Visitor | None, now_ms: int
) -> None:
    await user_sessions.touch(
        transaction,
        session.pool_id,
        session.session_id,
        address=visitor.address if visitor else session.address,
        user_agent=visitor.user_agent if visitor else session.user_agent,
        now_ms=now_ms,
    )


async def _note_use_of_origin(
    transaction: Transaction, present: list[UserSession], origin: str | None, now_ms: int
) -> None:
    for each in present:
        if origin is not None and each.session_id == origin:
            await _touch(transaction, each, None, now_ms)
