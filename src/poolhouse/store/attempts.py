"""How often something was tried in the current window of time, per user and kind of attempt."""

from __future__ import annotations

from poolhouse.store.database import Transaction
from poolhouse.store.schema import attempts
from poolhouse.store.statements import delete_by, insert_or_update, select_by

_FIND = select_by(attempts, "pool_id", "sub", "kind")
_PUT = insert_or_update(attempts)
_FORGET_ALL = delete_by(attempts, "pool_id", "sub")


async def record(
    transaction: Transaction,
    pool_id: str,
    sub: str,
    kind: str,
    *,
    limit: int,
    now_ms: int,
    window_ms: int,
) -> bool:
    """Count an attempt. False, and nothing counted, when ``limit`` is reached in this window."""
    row = await transaction.one(_FIND, pool_id=pool_id, sub=sub, kind=kind)
    start_ms, count = (row[3], row[4]) if row is not None else (now_ms, 0)
    if now_ms - start_ms >= window_ms:
        start_ms, count = now_ms, 0
    if count >= limit:
        return False
    await transaction.run(
        _PUT, pool_id=pool_id, sub=sub, kind=kind, window_start_ms=start_ms, count=count + 1
    )
    return True


async def forget_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET_ALL, pool_id=pool_id, sub=sub)
