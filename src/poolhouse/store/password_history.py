"""Hashes of a user's earlier passwords, as many as the pool's policy asks for."""

from __future__ import annotations

from sqlalchemy import bindparam, delete, select

from poolhouse.domain.records import User, UserPool
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import password_history
from poolhouse.store.statements import Statement, delete_by, insert_into

_LATEST = Statement(
    select(password_history.c.password_hash, password_history.c.created_ms)
    .where(
        password_history.c.pool_id == bindparam("pool_id"),
        password_history.c.sub == bindparam("sub"),
    )
    .order_by(password_history.c.created_ms.desc())
    .limit(bindparam("size"))
)
_INSERT = insert_into(password_history)
_FORGET_BEFORE = Statement(
    delete(password_history).where(
        password_history.c.pool_id == bindparam("pool_id"),
        password_history.c.sub == bindparam("sub"),
        password_history.c.created_ms < bindparam("oldest_ms"),
    )
)
_FORGET_ALL = delete_by(password_history, "pool_id", "sub")


async def latest(reader: Reader, pool_id: str, sub: str, size: int) -> list[str]:
    """The newest hashes first."""
    return [row[0] for row in await reader.all(_LATEST, pool_id=pool_id, sub=sub, size=size)]


async def remember(transaction: Transaction, pool: UserPool, user: User) -> None:
    """Keep the user's present password; forget those the policy no longer asks for.

    Call it when a password is set for good: temporary ones are not part of the history.
    """
    size = pool.password_policy.history_size
    if not size or user.password_hash is None:
        return
    rows = await transaction.all(_LATEST, pool_id=pool.id, sub=user.sub, size=size)
    # Two passwords of one millisecond are two passwords all the same.
    created_ms = max(user.modified_ms, rows[0][1] + 1 if rows else 0)
    await transaction.run(
        _INSERT,
        pool_id=pool.id,
        sub=user.sub,
        created_ms=created_ms,
        password_hash=user.password_hash,
    )
    if len(rows) == size:
        oldest_ms = rows[-2][1] if size > 1 else created_ms
        await transaction.run(_FORGET_BEFORE, pool_id=pool.id, sub=user.sub, oldest_ms=oldest_ms)


async def forget_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET_ALL, pool_id=pool_id, sub=sub)
