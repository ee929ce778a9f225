"""Where a pool's logs go: one document for each pool that has any."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import orjson

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import log_configurations
from poolhouse.store.statements import delete_by, insert_or_update, select_by

_FIND = select_by(log_configurations, "pool_id")
_PUT = insert_or_update(log_configurations)
_DELETE = delete_by(log_configurations, "pool_id")


async def find(reader: Reader, pool_id: str) -> Sequence[Mapping[str, Any]]:
    """The ``LogConfigurations``; none where they were never set."""
    row = await reader.one(_FIND, pool_id=pool_id)
    return cast("Sequence[Mapping[str, Any]]", orjson.loads(row[1])) if row else ()


async def put(
    transaction: Transaction, pool_id: str, configurations: Sequence[Mapping[str, Any]]
) -> None:
    """Replace all of them."""
    await transaction.run(_DELETE, pool_id=pool_id)
    if configurations:
        document = orjson.dumps(list(configurations)).decode()
        await transaction.run(_PUT, pool_id=pool_id, document=document)
