"""The layout of what goes over the sockets between the server and a worker process.

To the worker: length (4 bytes, big endian), request id (36), milliseconds that the function has
(8), whether to look into the backlog after the answer (1), the event. Back: length (4), kind (1),
whether the worker goes on with an invocation from the backlog (1), request id (36), microseconds
that the invocation ran (8), payload. A length counts what follows it.
``boot_python.py`` and ``boot_node.mjs`` speak the same by hand, since they import nothing of ours.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

ID_BYTES = 36
ID_START = 4
ID_END = ID_START + ID_BYTES
"""Where the request id is in what goes to the worker."""
_REPLY_ID_START = 4 + 1 + 1
_REPLY_ID_END = _REPLY_ID_START + ID_BYTES
REPLY_HEAD_BYTES = _REPLY_ID_END + 8

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


def invocation(request_id: bytes, timeout_ms: int, event: bytes, *, look_further: bool) -> bytes:
    """The frame that starts an invocation."""
    length = ID_BYTES + 8 + 1 + len(event)
    look = b"\1" if look_further else b"\0"
    head = (length.to_bytes(4, "big"), request_id, timeout_ms.to_bytes(8, "big"), look)
    return b"".join((*head, event))


class Reply(NamedTuple):
    """One frame of a worker. ``run_ms`` is the worker's own account, and 0 before invocations.

    ``goes_on`` is whether the worker has taken the next invocation from its backlog.
    """

    kind: int
    goes_on: bool
    request_id: bytes
    run_ms: float
    payload: bytes


class Replies:
    """Cuts what a worker sends into frames."""

    __slots__ = ("_missing", "_parts")

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._missing = 0
        """Bytes until the frame that has begun can be whole."""

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that ``data`` makes whole. Raises :class:`BadFrame`."""
        if self._parts:
            self._parts.append(data)
            self._missing -= len(data)
            if self._missing > 0:
                return []
            data = b"".join(self._parts)
            self._parts = []
        replies: list[Reply] = []
        start, size = 0, len(data)
        while start < size:
            end = start + 4
            if end <= size:
                end += int.from_bytes(data[start:end], "big")
                if not REPLY_HEAD_BYTES <= end - start <= _LARGEST_REPLY_BYTES:
                    raise BadFrame(f"{size} bytes, starting with {data[start : start + 8]!r}")
            if end > size:
                self._parts = [data[start:]]
                self._missing = end - size
                return replies
            replies.append(_reply(data[start:end]))
            start = end
        return replies


def _reply(frame: bytes) -> Reply:
    run_us = int.from_bytes(frame[_REPLY_ID_END:REPLY_HEAD_BYTES], "big")
    return Reply(
        frame[4],
        frame[5] != 0,
        frame[_REPLY_ID_START:_REPLY_ID_END],
        run_us / 1000,
        frame[REPLY_HEAD_BYTES:],
    )
