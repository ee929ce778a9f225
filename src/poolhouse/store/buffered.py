"""Rows that are written a few at a time, a moment later: what no answer depends on.

``add`` returns at once, and the item is written with others within the interval. ``add_durably``
waits until its item is on disk; whoever waits meanwhile is written with it. A failed write is the
error of those who wait; what nobody waits for stays and is tried again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

import structlog

T = TypeVar("T")

log = structlog.get_logger("poolhouse.store")

LARGEST_BATCH = 1000
INTERVAL_SECONDS = 0.25
_AFTER_FAILURE_SECONDS = 2.0


class BufferFull(RuntimeError):
    """So much waits already, and cannot be written, that nothing more is taken."""


class Buffered(Generic[T]):
    """Items waiting for ``write``, which is never called twice at a time.

    With ``largest`` items waiting ``add`` waits as well, and refuses what cannot be written.
    """

    def __init__(
        self,
        write: Callable[[list[T]], Awaitable[None]],
        *,
        interval_seconds: float = INTERVAL_SECONDS,
        largest: int = 20_000,
    ) -> None:
        self._write = write
        self._interval_seconds = interval_seconds
        self._largest = largest
        self._items: list[tuple[T, asyncio.Future[None] | None]] = []
        self._flushing: asyncio.Task[None] | None = None
        self._flushers = 0
        self._timer: asyncio.TimerHandle | None = None

    async def add(self, item: T) -> None:
        """Take an item. Raises :class:`BufferFull` when writing has failed for too long."""
        if len(self._items) >= self._largest:
            await self.flush()
            if len(self._items) >= self._largest:
                raise BufferFull(f"{len(self._items)} rows wait")
        self._items.append((item, None))
        if self._timer is None and self._flushing is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._interval_seconds, self._start)

    async def add_durably(self, item: T) -> None:
        """Return when the item is written. Raises what writing it raised."""
        written: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._items.append((item, written))
        self._start()
        await written

    async def flush(self) -> None:
        """Write what waits now. A failure is logged; the items stay."""
        self._flushers += 1
        try:
            self._start()
            if self._flushing is not None:
                await asyncio.shield(self._flushing)
        finally:
            self._flushers -= 1

    def _start(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._flushing is None and self._items:
            self._flushing = asyncio.get_running_loop().create_task(self._drain())

    async def _drain(self) -> None:
        pause_seconds = self._interval_seconds
        try:
            while self._items:
                batch, self._items = self._items[:LARGEST_BATCH], self._items[LARGEST_BATCH:]
                if not await self._try(batch):
                    pause_seconds = _AFTER_FAILURE_SECONDS
                    return
                if not self._is_urgent():
                    return
        finally:
            self._flushing = None
            if self._items:  # what failed, or came in between
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(pause_seconds, self._start)

    def _is_urgent(self) -> bool:
        """Whether what came during a write is written at once. Else it waits for its interval as
        what came before did: under load there is always something, and each write is a flush.
        """
        return (
            self._flushers > 0
            or len(self._items) >= LARGEST_BATCH
            or any(written is not None for _, written in self._items)
        )

    async def _try(self, batch: list[tuple[T, asyncio.Future[None] | None]]) -> bool:
        try:
            await self._write([item for item, _ in batch])
        except Exception as error:
            log.exception("buffered rows could not be written", rows=len(batch))
            kept = []
            for item, written in batch:
                if written is None:
                    kept.append((item, written))
                elif not written.done():
                    written.set_exception(error)
            self._items = [*kept, *self._items]
            return False
        for _, written in batch:
            if written is not None and not written.done():
                written.set_result(None)
        return True

    async def close(self) -> None:
        """Write all that waits; what cannot be written is lost, and the log has said so."""
        flushing = self._flushing
        if flushing is not None:
            await asyncio.wait([flushing])
        await self.flush()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
