"""Browser sessions: who is signed in on a pool's pages, by the hash of a cookie."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import browser_sessions
from poolhouse.store.statements import delete_by, insert_into, select_by

_GET = select_by(browser_sessions, "pool_id", "session_hash")
_INSERT = insert_into(browser_sessions)
_DELETE = delete_by(browser_sessions, "pool_id", "session_hash")


@dataclass(frozen=True, slots=True)
class BrowserSession:
    """One browser's sign-in. ``auth_time`` (seconds since the epoch) is when a person typed."""

    pool_id: str
    session_hash: str
    sub: str
    auth_time: int
    expires_ms: int


async def find(reader: Reader, pool_id: str, session_hash: str) -> BrowserSession | None:
    """The session, expired ones included."""
    row = await reader.one(_GET, pool_id=pool_id, session_hash=session_hash)
    return None if row is None else BrowserSession(*row)


async def insert(transaction: Transaction, session: BrowserSession) -> None:
    columns = (column.name for column in browser_sessions.columns)
    await transaction.run(_INSERT, **dict(zip(columns, astuple(session), strict=True)))


async def delete(transaction: Transaction, pool_id: str, session_hash: str) -> None:
    """Nothing happens when there is none."""
    await transaction.run(_DELETE, pool_id=pool_id, session_hash=session_hash)
