"""Browser sessions: who is signed in on a pool's pages, by the hash of a cookie."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import browser_sessions
from poolhouse.store.statements import delete_by, insert_into, select_by

_GET = select_by(browser_sessions, "pool_id", "session_hash")
_INSERT = insert_into(browser_sessions)
_DELETE = delete_by(browser_sessions, "pool_id", "session_hash")


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One browser's sign-in. ``auth_time`` (seconds since the epoch) is when a person typed.

    ``methods`` are the factors that person showed, as ``amr`` values; ``session_id`` is the SSO
    session that the user sees of it, where the pool tracks them.
    """

    pool_id: str
    session_hash: str
    sub: str
    auth_time: int
    expires_ms: int
    methods: tuple[str, ...] = ()
    session_id: str | None = None


async def find(reader: Reader, pool_id: str, session_hash: str) -> BrowserSession | None:
    """The session, expired ones included."""
    row = await reader.one(_GET, pool_id=pool_id, session_hash=session_hash)
    if row is None:
        return None
    pool, hashed, sub, auth_time, expires_ms, methods, session_id = row
    shown = tuple(orjson.loads(methods or "[]"))
    return BrowserSession(pool, hashed, sub, auth_time, expires_ms, shown, session_id)


async def insert(transaction: Transaction, session: BrowserSession) -> None:
    await transaction.run(
        _INSERT,
        pool_id=session.pool_id,
        session_hash=session.session_hash,
        sub=session.sub,
        auth_time=session.auth_time,
        expires_ms=session.expires_ms,
        methods=orjson.dumps(session.methods).decode(),
        session_id=session.session_id,
    )


async def delete(transaction: Transaction, pool_id: str, session_hash: str) -> None:
    """Nothing happens when there is none."""
    await transaction.run(_DELETE, pool_id=pool_id, session_hash=session_hash)
