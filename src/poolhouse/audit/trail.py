"""Writing the trail: one chain per server process and pool, many records to a row.

No process waits for another: each has chains of its own. A new chain names the ends of the others,
so that a whole chain cannot go missing unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from poolhouse.clock import Clock
from poolhouse.domain import audit_chains
from poolhouse.domain.audit_chains import Block, ChainHead
from poolhouse.ids import Ids
from poolhouse.metrics import Metrics
from poolhouse.settings import Settings
from poolhouse.store import audit as store
from poolhouse.store.buffered import Buffered
from poolhouse.store.database import Database, Transaction, read_committed
from poolhouse.store.json_text import encode
from poolhouse.store.sealing import Sealer

CHAIN_PURPOSE: Final = "audit chain"
_VALUE_HASH_CHARACTERS: Final = 16

Item = tuple[str, int, str]
"""Pool, time in milliseconds, record as a JSON object."""


class AuditTrail:
    """One per server process. ``mode`` is the setting ``audit``: ``off``, ``buffered``, ``full``.

    Records of the mint follow the mode; what administrators do is always written, and durably.
    """

    def __init__(
        self,
        db: Database,
        settings: Settings,
        *,
        clock: Clock,
        ids: Ids,
        sealer: Sealer,
        metrics: Metrics,
    ) -> None:
        self.mode = settings.audit
        self.retention_days = settings.audit_retention_days
        self._db = db
        self._clock = clock
        self._ids = ids
        self._keyed = partial(sealer.keyed_hash, purpose=CHAIN_PURPOSE)
        self._hash_value = sealer.keyed_hash
        self._metrics = metrics
        self._ends: dict[str, ChainHead] = {}
        self._buffer: Buffered[Item] = Buffered(self._write)

    @property
    def is_on(self) -> bool:
        """Whether issuances are recorded at all."""
        return self.mode != "off"

    async def issuance(self, pool_id: str, at_ms: int, record: Mapping[str, Any]) -> None:
        """Record what the mint did. With mode ``full`` it is on disk when this returns."""
        item = (pool_id, at_ms, _encode(record))
        if self.mode == "full":
            await self._buffer.add_durably(item)
        elif self.mode == "buffered":
            await self._buffer.add(item)

    async def administration(self, pool_id: str, record: Mapping[str, Any]) -> None:
        """Record what an administrator did, durably."""
        now_ms = self._clock.now_ms()
        await self._buffer.add_durably((pool_id, now_ms, _encode({"at_ms": now_ms, **record})))

    async def observation(self, pool_id: str, record: Mapping[str, Any]) -> None:
        """Record something that was asked to be watched, soon."""
        now_ms = self._clock.now_ms()
        await self._buffer.add((pool_id, now_ms, _encode({"at_ms": now_ms, **record})))

    def value_hash(self, pool_id: str, name: str, value: Any) -> str:
        """Stands for a value: equal ones of one claim show as equal, and nobody can guess them."""
        hashed = self._hash_value(encode(value).decode(), f"audit value {pool_id} {name}")
        return hashed[:_VALUE_HASH_CHARACTERS]

    async def flush(self) -> None:
        """Write what this process holds back."""
        await self._buffer.flush()

    async def close(self) -> None:
        await self._buffer.close()

    # --- writing ---

    async def _write(self, items: list[Item]) -> None:
        by_pool: dict[str, list[Item]] = {}
        for item in items:
            by_pool.setdefault(item[0], []).append(item)
        try:
            ends = await self._db.write(self._append, by_pool)
        except Exception:
            # Nobody knows how much of it is on disk: a new chain begins, which names what is.
            for pool_id in by_pool:
                self._ends.pop(pool_id, None)
            raise
        # The new ends count only once they are on disk.
        self._ends.update(ends)
        self._metrics.audited("written", len(items))

    # A chain is this process's alone, one write at a time; other chains' ends, which an opening
    # names, only grow.
    @read_committed
    async def _append(
        self, transaction: Transaction, by_pool: Mapping[str, list[Item]]
    ) -> dict[str, ChainHead]:
        ends = {}
        for pool_id, items in by_pool.items():
            records = [record for _, _, record in items]
            end = self._ends.get(pool_id)
            if end is None:
                end, opening = await self._open(transaction, pool_id)
                records.insert(0, opening)
            lines, head = audit_chains.link(records, end.head, self._keyed)
            times = [at_ms for _, at_ms, _ in items]
            block = Block(
                chain_id=end.chain_id,
                number=end.number + 1,
                first_ms=min(times),
                # Never back, whatever the clock does: retention takes blocks by this time.
                last_ms=max(end.last_ms, *times),
                previous_ms=None if end.number < 0 else end.last_ms,
                lines=tuple(lines),
                head=head,
            )
            block = audit_chains.sealed(pool_id, block, self._keyed)
            await store.insert(transaction, pool_id, block)
            ends[pool_id] = ChainHead(block.chain_id, block.number, head, block.last_ms)
        return ends

    async def _open(self, transaction: Transaction, pool_id: str) -> tuple[ChainHead, str]:
        """Before the first block of a new chain, and its first record."""
        chain_id = self._ids.uuid()
        links = [list(head) for head in await store.heads(transaction, pool_id)]
        opening = _encode({"at_ms": self._clock.now_ms(), "kind": "chain-opened", "links": links})
        genesis = audit_chains.genesis(pool_id, chain_id, self._keyed)
        return ChainHead(chain_id, -1, genesis, 0), opening


def _encode(record: Mapping[str, Any]) -> str:
    return encode(record).decode()
