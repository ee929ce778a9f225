"""What a pool, or one of its app clients, does about risk: documents under their wire names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import risk_configurations
from poolhouse.store.statements import delete_by, insert_or_update, select_by

WHOLE_POOL: Final = "ALL"
"""Stands for the client id of what counts in the whole pool."""


@dataclass(frozen=True, slots=True)
class RiskConfiguration:
    """``blocks`` holds those of the three configuration members that are set."""

    blocks: Mapping[str, Any]
    modified_ms: int


_FIND = select_by(risk_configurations, "pool_id", "client_id")
_PUT = insert_or_update(risk_configurations)
_DELETE = delete_by(risk_configurations, "pool_id", "client_id")


async def find(reader: Reader, pool_id: str, client_id: str) -> RiskConfiguration | None:
    row = await reader.one(_FIND, pool_id=pool_id, client_id=client_id)
    return None if row is None else RiskConfiguration(orjson.loads(row[2]), row[3])


async def put(
    transaction: Transaction, pool_id: str, client_id: str, blocks: Mapping[str, Any], now_ms: int
) -> None:
    """Replace a configuration; without any block it is none any more."""
    await transaction.run(_DELETE, pool_id=pool_id, client_id=client_id)
    if blocks:
        await transaction.run(
            _PUT,
            pool_id=pool_id,
            client_id=client_id,
            document=orjson.dumps(dict(blocks)).decode(),
            modified_ms=now_ms,
        )
