"""The governance document of a pool: what its owner asks to be watched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import pool_governance
from poolhouse.store.statements import Statement, insert_or_update, select_by

_GET = select_by(pool_governance, "pool_id")
_PUT: Statement = insert_or_update(pool_governance)


async def get(reader: Reader, pool_id: str) -> dict[str, Any]:
    """The document; empty when the pool has none."""
    row = await reader.one(_GET, pool_id=pool_id)
    found: dict[str, Any] = {} if row is None else orjson.loads(row[1])
    return found


async def put(
    transaction: Transaction, pool_id: str, document: Mapping[str, Any], now_ms: int
) -> None:
    await transaction.run(
        _PUT, pool_id=pool_id, document=orjson.dumps(document).decode(), modified_ms=now_ms
    )
