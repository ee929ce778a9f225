"""Which second factors users turned on, and how often in a row they gave a wrong code."""

from __future__ import annotations

import orjson

from poolhouse.domain.second_factors import UserFactors
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import second_factor_failures, user_factors
from poolhouse.store.statements import delete_by, insert_or_update, select_by

_FIND = select_by(user_factors, "pool_id", "sub")
_PUT = insert_or_update(user_factors)
_FORGET = delete_by(user_factors, "pool_id", "sub")
_FIND_FAILURES = select_by(second_factor_failures, "pool_id", "sub")
_PUT_FAILURES = insert_or_update(second_factor_failures)
_FORGET_FAILURES = delete_by(second_factor_failures, "pool_id", "sub")


async def find(reader: Reader, pool_id: str, sub: str) -> UserFactors:
    """What the user turned on; nothing, if they never did."""
    row = await reader.one(_FIND, pool_id=pool_id, sub=sub)
    if row is None:
        return UserFactors()
    kept = orjson.loads(row[2])
    return UserFactors(tuple(kept["enabled"]), kept["preferred"], kept["legacy_sms"])


async def put(transaction: Transaction, pool_id: str, sub: str, factors: UserFactors) -> None:
    document = {
        "enabled": factors.enabled,
        "preferred": factors.preferred,
        "legacy_sms": factors.legacy_sms,
    }
    await transaction.run(_PUT, pool_id=pool_id, sub=sub, document=orjson.dumps(document).decode())


async def failures(reader: Reader, pool_id: str, sub: str) -> tuple[int, int]:
    """The number of wrong codes in a row and when the last one was given (milliseconds)."""
    row = await reader.one(_FIND_FAILURES, pool_id=pool_id, sub=sub)
    return (0, 0) if row is None else (row[2], row[3])


async def put_failures(
    transaction: Transaction, pool_id: str, sub: str, count: int, now_ms: int
) -> None:
    await transaction.run(
        _PUT_FAILURES, pool_id=pool_id, sub=sub, failures=count, last_failure_ms=now_ms
    )


async def forget_failures(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET_FAILURES, pool_id=pool_id, sub=sub)


async def forget(transaction: Transaction, pool_id: str, sub: str) -> None:
    """Everything about a deleted user."""
    await transaction.run(_FORGET, pool_id=pool_id, sub=sub)
    await forget_failures(transaction, pool_id, sub)
