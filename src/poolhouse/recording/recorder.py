"""Keeping calls: which of them, and how they are written."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from poolhouse.domain.governance import Recording
from poolhouse.ids import Ids
from poolhouse.metrics import Metrics
from poolhouse.recording import redaction
from poolhouse.recording.calls import RecordedCall, pack, unpack
from poolhouse.store import recordings as store
from poolhouse.store.buffered import Buffered, BufferFull
from poolhouse.store.database import Database, Transaction, read_committed
from poolhouse.store.recordings import StoredRecording
from poolhouse.store.sealing import Sealer

_DAY_MS = 86_400_000
_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Item:
    pool_id: str
    call: RecordedCall
    recorded_ms: int
    rules: Recording


class Recorder:
    """One per server process. A crash loses what was recorded within the last quarter second."""

    def __init__(self, db: Database, *, ids: Ids, sealer: Sealer, metrics: Metrics) -> None:
        self._db = db
        self._ids = ids
        self._sealer = sealer
        self._metrics = metrics
        self._buffer: Buffered[_Item] = Buffered(self._write)

    def wants(self, rules: Recording) -> bool:
        """Whether the next call is among those that are kept."""
        if rules.rate >= 1:
            return True
        if rules.rate <= 0:
            return False
        return self._ids.source.getrandbits(53) / (1 << 53) < rules.rate

    async def keep(
        self, pool_id: str, rules: Recording, call: RecordedCall, recorded_ms: int
    ) -> None:
        """Keep a call, soon. One that cannot be kept is counted as lost, and fails nobody."""
        try:
            await self._buffer.add(_Item(pool_id, call, recorded_ms, rules))
        except BufferFull:
            self._metrics.recorded("lost")

    async def flush(self) -> None:
        await self._buffer.flush()

    async def close(self) -> None:
        await self._buffer.close()

    async def _write(self, items: list[_Item]) -> None:
        await self._db.write(self._insert, items)
        self._metrics.recorded("kept", len(items))

    # Rows of their own, under ids that nobody else has.
    @read_committed
    async def _insert(self, transaction: Transaction, items: list[_Item]) -> None:
        # Redacting, compressing and sealing take longer than all else, and hold up no request here.
        for item in items:
            pool_id = item.pool_id
            call = redaction.redact(item.call, item.rules.redact, self._stand_in)
            row = StoredRecording(
                pool_id=pool_id,
                recorded_ms=item.recorded_ms,
                recording_id=self._ids.uuid(),
                sealed=self._sealer.seal(pack(call), _purpose(pool_id)),
                expires_ms=item.recorded_ms + item.rules.retention_days * _DAY_MS,
            )
            await store.insert(transaction, row)

    def _stand_in(self, value: str) -> str:
        """As long as the value where that can be, so that sizes of tokens stay what they were."""
        hashed = self._sealer.keyed_hash(value, "redacted value")
        return f"redacted-{hashed[:12]}".ljust(len(value), "x")

    async def calls(
        self, pool_id: str, since_ms: int, until_ms: int
    ) -> AsyncIterator[tuple[StoredRecording, RecordedCall]]:
        """The kept calls of a time, oldest first, read page by page."""
        await self.flush()
        after = (since_ms - 1, "zzzz")
        while True:
            page = await store.page(self._db, pool_id, after, until_ms, size=_PAGE)
            for row in page:
                yield row, unpack(self._sealer.unseal(row.sealed, _purpose(pool_id)))
            if len(page) < _PAGE:
                return
            after = (page[-1].recorded_ms, page[-1].recording_id)


def _purpose(pool_id: str) -> str:
    return f"recording {pool_id}"
