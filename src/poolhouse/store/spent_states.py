"""``state`` values that came back from an identity provider: a second time they are worth nothing.

Only their hashes are kept, and only until they would have expired anyway.
"""

from __future__ import annotations

from poolhouse.store.database import Transaction
from poolhouse.store.schema import spent_states
from poolhouse.store.statements import insert_if_absent

_INSERT = insert_if_absent(spent_states)


async def spend(transaction: Transaction, pool_id: str, state_hash: str, expires_ms: int) -> bool:
    """False when it was spent before."""
    inserted = await transaction.run(
        _INSERT, pool_id=pool_id, state_hash=state_hash, expires_ms=expires_ms
    )
    return inserted == 1
