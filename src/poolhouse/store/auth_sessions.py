"""Auth sessions: the ``Session`` parameter between a challenge and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select, update

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import auth_sessions
from poolhouse.store.statements import Statement, insert_into, select_by


@dataclass(frozen=True, slots=True)
class AuthSession:
    """One pending challenge, bound to pool, client, user and step."""

    pool_id: str
    session_hash: str
    client_id: str
    sub: str
    challenge: str
    state: Mapping[str, Any]
    used: bool
    expires_ms: int
    failures: int = 0


_FIND = select_by(auth_sessions, "pool_id", "session_hash")
_INSERT = insert_into(auth_sessions)
_PLACE = Statement(
    select(auth_sessions.c.pool_id, auth_sessions.c.client_id).where(
        auth_sessions.c.session_hash == bindparam("session_hash")
    )
)
_COUNT_FAILURE = Statement(
    update(auth_sessions)
    .where(
        auth_sessions.c.pool_id == bindparam("key_pool_id"),
        auth_sessions.c.session_hash == bindparam("key_session_hash"),
    )
    .values(failures=func.coalesce(auth_sessions.c.failures, 0) + 1)
)
_PENDING = Statement(
    select(auth_sessions.c.session_hash)
    .where(
        auth_sessions.c.pool_id == bindparam("pool_id"),
        auth_sessions.c.sub == bindparam("sub"),
        auth_sessions.c.client_id == bindparam("client_id"),
        auth_sessions.c.challenge == bindparam("challenge"),
        auth_sessions.c.used.is_(None),
        auth_sessions.c.expires_ms > bindparam("now_ms"),
    )
    .order_by(auth_sessions.c.expires_ms.desc())
)
_CONSUME = Statement(
    update(auth_sessions)
    .where(
        auth_sessions.c.pool_id == bindparam("key_pool_id"),
        auth_sessions.c.session_hash == bindparam("key_session_hash"),
        auth_sessions.c.used.is_(None),
    )
    .values(used=bindparam("used"))
)


async def find(reader: Reader, pool_id: str, session_hash: str) -> AuthSession | None:
    row = await reader.one(_FIND, pool_id=pool_id, session_hash=session_hash)
    if row is None:
        return None
    pool, hashed, client_id, sub, challenge, document, used, expires_ms, failures = row
    return AuthSession(
        pool,
        hashed,
        client_id,
        sub,
        challenge,
        orjson.loads(document),
        used is not None,
        expires_ms,
        failures or 0,
    )


async def place(reader: Reader, session_hash: str) -> tuple[str, str] | None:
    """Pool and app client of a session, for operations that name neither."""
    row = await reader.one(_PLACE, session_hash=session_hash)
    return None if row is None else (row[0], row[1])


async def pending(
    reader: Reader, pool_id: str, sub: str, *, client_id: str, challenge: str, now_ms: int
) -> list[AuthSession]:
    """The live sessions of a user that wait for the answer to ``challenge``, newest first."""
    rows = await reader.all(
        _PENDING,
        pool_id=pool_id,
        sub=sub,
        client_id=client_id,
        challenge=challenge,
        now_ms=now_ms,
    )
    found = [await find(reader, pool_id, row[0]) for row in rows]
    return [session for session in found if session is not None]


async def insert(transaction: Transaction, session: AuthSession) -> None:
    await transaction.run(
        _INSERT,
        pool_id=session.pool_id,
        session_hash=session.session_hash,
        client_id=session.client_id,
        sub=session.sub,
        challenge=session.challenge,
        document=orjson.dumps(session.state).decode(),
        used=None,
        expires_ms=session.expires_ms,
        failures=None,
    )


async def count_failure(transaction: Transaction, session: AuthSession) -> None:
    """One more wrong code for this session."""
    await transaction.run(
        _COUNT_FAILURE, key_pool_id=session.pool_id, key_session_hash=session.session_hash
    )


async def consume(transaction: Transaction, session: AuthSession) -> bool:
    """Spend the session. True for exactly one caller."""
    return (
        await transaction.run(
            _CONSUME, key_pool_id=session.pool_id, key_session_hash=session.session_hash, used=1
        )
        == 1
    )
