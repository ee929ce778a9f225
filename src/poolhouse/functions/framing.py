"""The layout of what goes over the socket between the server and a worker process.

To the worker: length (4 bytes, big endian), request id (36), deadline in ms since the epoch (8),
the event. Back: length (4), kind (1), request id (36), microseconds that the invocation ran (8),
payload. The length counts what follows it.
``boot_python.py`` and ``boot_node.mjs`` speak the same by hand, since they import nothing of ours.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

ID_BYTES = 36
_REPLY_ID_END = 4 + 1 + ID_BYTES
REPLY_HEAD_BYTES = _REPLY_ID_END + 8
NO_ID = b" " * ID_BYTES

LARGEST_EVENT_BYTES = 6_291_456
LARGEST_RESPONSE_BYTES = 6_291_556
"""Quota "Invocation payload (request and response)", 6 MB each; the response's figure is the one in
Lambda's own message (observed)."""
_LARGEST_REPLY_BYTES = LARGEST_RESPONSE_BYTES + 1_048_576
"""What a worker may send: a response, or an error document with a long trace."""


class Kind(IntEnum):
    """What a worker says."""

    READY = ord("R")
    ANSWER = ord("A")
    ERROR = ord("E")
    ENDING = ord("X")
    """An error after which the process ends: the handler did not load, or threw out of reach."""


class BadFrame(Exception):
    """What came from the worker is no frame; the function wrote to a socket that is not its own."""


def invocation(request_id: bytes, deadline_ms: int, event: bytes) -> bytes:
    """The frame that starts an invocation."""
    length = ID_BYTES + 8 + len(event)
    return b"".join((length.to_bytes(4, "big"), request_id, deadline_ms.to_bytes(8, "big"), event))


class Reply(NamedTuple):
    """One frame of a worker. ``run_ms`` is the worker's own account, and 0 before invocations."""

    kind: int
    request_id: bytes
    run_ms: float
    payload: bytes


class Replies:
    """Collects what a worker sends until a frame is whole. A worker sends one frame at a time."""

    __slots__ = ("_parts", "_received", "_wanted")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._received = 0
        self._wanted = 0

    def feed(self, data: bytes) -> Reply | None:
        """The reply once its frame is whole. Raises :class:`BadFrame`."""
        if self._parts:
            self._parts.append(data)
            self._received += len(data)
            if not self._wanted or self._received >= self._wanted:
                data = b"".join(self._parts)
                self._parts = [data]
            else:
                return None
        size = len(data)
        if size >= 4:
            wanted = int.from_bytes(data[:4], "big") + 4
            if wanted == size >= REPLY_HEAD_BYTES:
                self._parts = []
                self._wanted = 0
                run_us = int.from_bytes(data[_REPLY_ID_END:REPLY_HEAD_BYTES], "big")
                payload = data[REPLY_HEAD_BYTES:]
                return Reply(data[4], data[5:_REPLY_ID_END], run_us / 1000, payload)
            if wanted < size or not REPLY_HEAD_BYTES <= wanted <= _LARGEST_REPLY_BYTES:
                raise BadFrame(f"{size} bytes, starting with {data[:8]!r}")
            self._wanted = wanted
        if not self._parts:
            self._parts = [data]
            self._received = size
        return None
