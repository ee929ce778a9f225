"""How long each app client reuses SSO sessions, where it was set."""

from __future__ import annotations

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import client_session_configurations
from poolhouse.store.statements import insert_or_update, select_by

_FIND = select_by(client_session_configurations, "pool_id", "client_id")
_PUT = insert_or_update(client_session_configurations)


async def find(reader: Reader, pool_id: str, client_id: str) -> int | None:
    """Minutes; None where nothing was set."""
    row = await reader.one(_FIND, pool_id=pool_id, client_id=client_id)
    return None if row is None else int(row[2])


async def put(transaction: Transaction, pool_id: str, client_id: str, minutes: int) -> None:
    await transaction.run(_PUT, pool_id=pool_id, client_id=client_id, max_validity_minutes=minutes)
