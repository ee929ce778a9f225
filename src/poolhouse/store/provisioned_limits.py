"""Rates that were provisioned for API categories, per region."""

from __future__ import annotations

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import provisioned_limits
from poolhouse.store.statements import insert_or_update, select_by

_FIND = select_by(provisioned_limits, "region", "category")
_PUT = insert_or_update(provisioned_limits)


async def find(reader: Reader, region: str, category: str) -> int | None:
    """Requests per second; None where nothing else than the default was asked for."""
    row = await reader.one(_FIND, region=region, category=category)
    return None if row is None else int(row[2])


async def put(transaction: Transaction, region: str, category: str, rate: int) -> None:
    await transaction.run(_PUT, region=region, category=category, requests_per_second=rate)
