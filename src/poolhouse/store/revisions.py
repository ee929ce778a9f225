"""Parsed records kept per process, and the revisions that tell when they are stale.

Reading a record is one small select of its revision; its document is read and parsed only when
that revision is not the kept one. A revision is random, not a count: a change that was undone, or
a deleted row whose id comes back, must never meet a record that was parsed from something else.
"""

from __future__ import annotations

import secrets
import threading
from typing import Generic, TypeVar

T = TypeVar("T")


def new_revision() -> int:
    """A number that no other state of any row has had."""
    return secrets.randbits(62)


class Kept(Generic[T]):
    """Records by id and revision, at most ``capacity`` of them; the oldest gives way."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._records: dict[str, tuple[int, T]] = {}
        # Reads of the event loop and work of the writer's thread both end up here.
        self._lock = threading.Lock()

    def find(self, key: str, revision: int) -> T | None:
        kept = self._records.get(key)
        return kept[1] if kept is not None and kept[0] == revision else None

    def keep(self, key: str, revision: int, record: T) -> None:
        with self._lock:
            self._records.pop(key, None)
            while len(self._records) >= self._capacity:
                del self._records[next(iter(self._records))]
            self._records[key] = (revision, record)
