"""Auth sessions: the ``Session`` parameter between a challenge and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import bindparam, update

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


_FIND = select_by(auth_sessions, "pool_id", "session_hash")
_INSERT = insert_into(auth_sessions)
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
    pool, hashed, client_id, sub, challenge, document, used, expires_ms = row
    state = orjson.loads(document)
    return AuthSession(pool, hashed, client_id, sub, challenge, state, used is not None, expires_ms)


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
    )


async def consume(transaction: Transaction, session: AuthSession) -> bool:
    """Spend the session. True for exactly one caller."""
    return (
        await transaction.run(
            _CONSUME, key_pool_id=session.pool_id, key_session_hash=session.session_hash, used=1
        )
        == 1
    )
