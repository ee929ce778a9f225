"""The governance documents of the pools, kept for a moment so that tokens need no read for them."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from poolhouse.domain import governance
from poolhouse.domain.governance import Governance
from poolhouse.store import governance as store
from poolhouse.store.database import Database

FRESH_SECONDS = 1.0
"""After this long every server process has noticed a change. Who made it notices at once."""

_MOST_KEPT = 10_000


class GovernanceRules:
    """One per server process."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._kept: dict[str, tuple[float, Governance]] = {}

    async def of_pool(self, pool_id: str) -> Governance:
        """The rules of a pool, at most :data:`FRESH_SECONDS` old."""
        kept = self._kept.get(pool_id)
        now = time.monotonic()
        if kept is not None and now < kept[0]:
            return kept[1]
        read = governance.read(await store.get(self._db, pool_id))
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[pool_id] = (now + FRESH_SECONDS, read)
        return read

    async def document(self, pool_id: str) -> dict[str, Any]:
        """The document as its owner wrote it."""
        return await store.get(self._db, pool_id)

    async def put(self, pool_id: str, document: Mapping[str, Any], now_ms: int) -> None:
        """Replace the document. Raises :class:`InvalidParameterException` for what it cannot be."""
        governance.read(document)
        await self._db.write(store.put, pool_id, document, now_ms)
        self._kept.pop(pool_id, None)
