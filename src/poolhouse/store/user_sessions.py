"""User sessions: token sessions and SSO sessions, as a user sees them. They end with what they
stand for: a sign-in that is revoked, a browser session that is gone.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from sqlalchemy import bindparam, exists, or_, select, update

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import browser_sessions, sign_ins, user_sessions
from poolhouse.store.statements import Statement, delete_by, insert_into, select_by


@dataclass(frozen=True, slots=True)
class UserSession:
    """A token session has an ``event_id``, that of its sign-in; an SSO session a ``browser_hash``.

    ``client_id`` is the app client that it was opened by; ``origin_session_id`` the SSO session
    that a token session came through.
    """

    pool_id: str
    session_id: str
    sub: str
    client_id: str
    event_id: str | None
    browser_hash: str | None
    origin_session_id: str | None
    address: str
    user_agent: str
    created_ms: int
    active_ms: int
    expires_ms: int


_rows = user_sessions.c
_LIVE = Statement(
    select(user_sessions)
    .where(
        _rows.pool_id == bindparam("pool_id"),
        _rows.sub == bindparam("sub"),
        _rows.expires_ms > bindparam("now_ms"),
        or_(
            exists().where(
                sign_ins.c.pool_id == _rows.pool_id,
                sign_ins.c.event_id == _rows.event_id,
                sign_ins.c.revoked_ms.is_(None),
            ),
            exists().where(
                browser_sessions.c.pool_id == _rows.pool_id,
                browser_sessions.c.session_hash == _rows.browser_hash,
            ),
        ),
    )
    .order_by(_rows.active_ms.desc(), _rows.session_id)
)
_BY_EVENT = select_by(user_sessions, "pool_id", "event_id")
_INSERT = insert_into(user_sessions)
_TOUCH = Statement(
    update(user_sessions)
    .where(
        _rows.pool_id == bindparam("key_pool_id"), _rows.session_id == bindparam("key_session_id")
    )
    .values(
        active_ms=bindparam("active_ms"),
        address=bindparam("address"),
        user_agent=bindparam("user_agent"),
    )
)
_DELETE = delete_by(user_sessions, "pool_id", "session_id")
_FORGET = delete_by(user_sessions, "pool_id", "sub")


async def live(reader: Reader, pool_id: str, sub: str, now_ms: int) -> list[UserSession]:
    """The user's sessions that have not ended, the one of the latest activity first."""
    rows = await reader.all(_LIVE, pool_id=pool_id, sub=sub, now_ms=now_ms)
    return [UserSession(*row) for row in rows]


async def of_sign_in(reader: Reader, pool_id: str, event_id: str) -> UserSession | None:
    """The token session of a sign-in, if it was tracked."""
    row = await reader.one(_BY_EVENT, pool_id=pool_id, event_id=event_id)
    return None if row is None else UserSession(*row)


async def insert(transaction: Transaction, session: UserSession) -> None:
    await transaction.run(_INSERT, **asdict(session))


async def touch(
    transaction: Transaction,
    pool_id: str,
    session_id: str,
    *,
    address: str,
    user_agent: str,
    now_ms: int,
) -> None:
    """Note an activity, and from where it came."""
    await transaction.run(
        _TOUCH,
        key_pool_id=pool_id,
        key_session_id=session_id,
        active_ms=now_ms,
        address=address,
        user_agent=user_agent,
    )


async def delete(transaction: Transaction, pool_id: str, session_id: str) -> None:
    await transaction.run(_DELETE, pool_id=pool_id, session_id=session_id)


async def forget_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET, pool_id=pool_id, sub=sub)
