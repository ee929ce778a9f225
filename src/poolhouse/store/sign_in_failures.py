"""Failed password checks per user, counted before the refusal is answered."""

from __future__ import annotations

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import sign_in_failures
from poolhouse.store.statements import delete_by, insert_or_update, select_by

_FIND = select_by(sign_in_failures, "pool_id", "sub")
_FORGET = delete_by(sign_in_failures, "pool_id", "sub")
_PUT = insert_or_update(sign_in_failures)


async def find(reader: Reader, pool_id: str, sub: str) -> tuple[int, int]:
    """The number of failures and when the last one was (milliseconds); (0, 0) when none."""
    row = await reader.one(_FIND, pool_id=pool_id, sub=sub)
    return (0, 0) if row is None else (row[2], row[3])


async def record(
    transaction: Transaction, pool_id: str, sub: str, *, now_ms: int, forget_after_ms: int
) -> None:
    """Count one more failure; a quiet time of ``forget_after_ms`` starts the count anew."""
    failures, last_ms = await find(transaction, pool_id, sub)
    if now_ms - last_ms >= forget_after_ms:
        failures = 0
    await transaction.run(
        _PUT, pool_id=pool_id, sub=sub, failures=failures + 1, last_failure_ms=now_ms
    )


async def forget(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET, pool_id=pool_id, sub=sub)
