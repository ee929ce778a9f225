"""What a busy worker may go on with by itself: invocations that wait where it can see them.

A worker that finds its next invocation there need not sleep until the server has read its answer,
and the server wakes it once for many. What no worker has taken yet can be taken back: an invocation
that waits behind one that turns out to be slow is given to another worker instead.

Datagrams, because both ends read them, each whole and each once.
"""

from __future__ import annotations

import socket

from poolhouse.functions import framing

_LARGEST_FRAME_BYTES = 60_000
"""Below what the worker reads at once."""


class Backlog:
    """One worker's. The worker inherits ``worker_end``, which stays open here to take back."""

    __slots__ = ("_ours", "worker_end")

    def __init__(self) -> None:
        self._ours, self.worker_end = socket.socketpair(type=socket.SOCK_DGRAM)
        self._ours.setblocking(False)
        self.worker_end.setblocking(False)

    def offer(self, frame: bytes) -> bool:
        """Lay an invocation's frame there; False when there is no room for it."""
        if len(frame) > _LARGEST_FRAME_BYTES:
            return False
        try:
            self._ours.send(frame)
        except OSError:  # enough lie there already, or frames of this size never fit
            return False
        return True

    def take_back(self) -> list[bytes]:
        """The request ids of everything that lay there still, oldest first."""
        found: list[bytes] = []
        while True:
            try:
                frame = self.worker_end.recv(framing.ID_END)
            except OSError:
                return found
            found.append(frame[framing.ID_START : framing.ID_END])

    def close(self) -> None:
        """Let go of both ends; what lies there is gone."""
        self._ours.close()
        self.worker_end.close()
