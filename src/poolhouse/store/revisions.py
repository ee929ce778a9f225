"""Parsed records kept per process, and the revisions that tell when they are stale.

Reading a record is one small select of its revision, and not even that while nothing at all was
committed (:meth:`~poolhouse.store.database.Reader.state`); its document is read and parsed only
when that revision is not the kept one. A revision is random, not a count: a change that was undone,
or a deleted row whose id comes back, must never meet a record that was parsed from something else.
"""

from __future__ import annotations

import secrets
import threading
from typing import Generic, TypeVar

from poolhouse.store.database import Reader

T = TypeVar("T")


def new_revision() -> int:
    """A number that no other state of any row has had."""
    return secrets.randbits(62)


class Kept(Generic[T]):
    """Records by id and revision, at most ``capacity`` of them; the oldest gives way."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._records: dict[str, tuple[int, T, object | None]] = {}
        # Reads of the event loop and work of the writer's thread both end up here.
        self._lock = threading.Lock()

    def current(self, key: str, reader: Reader) -> T | None:
        """The record, if nothing was committed since it was found to be current."""
        kept = self._records.get(key)
        if kept is None or kept[2] is None or kept[2] is not reader.state():
            return None
        return kept[1]

    def find(self, key: str, revision: int, state: object | None = None) -> T | None:
        """The record of that revision; ``state`` is the reader's before it read the revision."""
        kept = self._records.get(key)
        if kept is None or kept[0] != revision:
            return None
        if kept[2] is not state:
            self.keep(key, revision, kept[1], state)
        return kept[1]

    def keep(self, key: str, revision: int, record: T, state: object | None = None) -> None:
        with self._lock:
            self._records.pop(key, None)
            while len(self._records) >= self._capacity:
                del self._records[next(iter(self._records))]
            self._records[key] = (revision, record, state)
