"""The server's end of one worker process: what goes to it, what it says, and its end.

Nothing here waits, and nothing here knows what an invocation is. Reads are bounded, one per turn of
the event loop, so that a worker that floods takes no more of it than any other.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from poolhouse.functions.framing import BadFrame, Replies, Reply
from poolhouse.functions.processes import Spawned, exit_status

_READ_BYTES = 65536
"""Also what a pipe holds: one full read finds everything written before the answer."""
_EXIT_PATIENCE_SECONDS = 0.2
"""Between the end of a worker's socket and the end of its process."""


class Listener(Protocol):
    """Who is told what the process does."""

    def on_replies(self, replies: Sequence[Reply]) -> None:
        """Whole frames, at least one. Raises BadFrame if one fits nothing that was asked."""

    def on_bad_frame(self, error: BadFrame) -> None: ...

    def on_output(self, data: bytes) -> None:
        """Something was written to standard output or error."""

    def on_exit(self, status: int) -> None:
        """The process has ended (negative: by a signal), or closed its socket, which is as bad."""


class Channel:
    """Sockets, log pipe and process of one worker, from the start to the reaping."""

    def __init__(
        self,
        spawned: Spawned,
        listener: Listener,
        *,
        loop: asyncio.AbstractEventLoop,
        forget: Callable[[int], None],
        reaped: asyncio.Future[None],
    ) -> None:
        self.pid = spawned.process.pid
        self.ended = False
        """Whether the process has closed its socket; its status is about to be known."""
        self._spawned = spawned
        self._socket = spawned.socket
        self.backlog = spawned.backlog
        self._log_fd = spawned.log_fd
        self._listener = listener
        self._loop = loop
        self._forget = forget
        self._reaped = reaped
        self._replies = Replies()
        self._unsent = memoryview(b"")
        self._killed = False

    def open(self) -> None:
        """Begin to listen."""
        self._loop.add_reader(self._socket.fileno(), self.read)
        self._loop.add_reader(self._log_fd, self._read_output)

    # --- to the process ---

    def send(self, frame: bytes) -> bool:
        """Send a frame, in the background if it is long; False when the process is gone."""
        try:
            sent = self._socket.send(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            return False
        if sent < len(frame):
            self._unsent = memoryview(frame)[sent:]
            self._loop.add_writer(self._socket.fileno(), self._send_more)
        return True

    def _send_more(self) -> None:
        try:
            sent = self._socket.send(self._unsent)
        except BlockingIOError:
            return
        except OSError:
            sent = len(self._unsent)  # the end of the socket is about to be read
        self._unsent = self._unsent[sent:]
        if not self._unsent:
            self._loop.remove_writer(self._socket.fileno())

    # --- from the process ---

    def read(self) -> None:
        """Read what the process has said by now, if anything."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.ended = True
            self._loop.remove_reader(self._socket.fileno())
            self._await_exit(0.001)
            return
        try:
            replies = self._replies.feed(data)
            if replies:
                self._listener.on_replies(replies)
        except BadFrame as error:
            self._listener.on_bad_frame(error)

    def _await_exit(self, delay_seconds: float) -> None:
        if self._killed:
            return
        status = exit_status(self._spawned.process)
        if status is None and delay_seconds < _EXIT_PATIENCE_SECONDS:
            self._loop.call_later(delay_seconds, self._await_exit, delay_seconds * 2)
            return
        self._listener.on_exit(-signal.SIGKILL if status is None else status)

    def _read_output(self) -> None:
        try:
            data = os.read(self._log_fd, _READ_BYTES)
        except BlockingIOError:
            return
        if data:
            self._listener.on_output(data)
        else:
            self._loop.remove_reader(self._log_fd)

    def take_output(self) -> bytes:
        """What was written before the last reply, of which the pipe holds all there is to read."""
        if self._killed:
            return b""
        try:
            data = os.read(self._log_fd, _READ_BYTES)
        except BlockingIOError:  # as a rule; suppress() would cost as much as the read
            return b""
        while data and len(data) < _READ_BYTES:
            try:
                more = os.read(self._log_fd, _READ_BYTES - len(data))
            except BlockingIOError:
                break
            if not more:
                break
            data += more
        return data

    # --- the end ---

    def kill(self) -> None:
        """End the process and what it started, now; ``reaped`` is set when it is gone."""
        if self._killed:
            return
        self._killed = True
        self._signal_group()
        self._loop.remove_reader(self._socket.fileno())
        self._loop.remove_writer(self._socket.fileno())
        self._loop.remove_reader(self._log_fd)
        self._socket.close()
        self.backlog.close()
        os.close(self._log_fd)
        self._reap(0.0005)

    def _reap(self, delay_seconds: float) -> None:
        process = self._spawned.process
        if exit_status(process) is None:
            self._loop.call_later(delay_seconds, self._reap, min(delay_seconds * 2, 0.05))
            return
        # Not reaped yet, so the number of the group still means this one and nobody else.
        self._signal_group()
        self._forget(process.pid)
        process.wait()
        self._reaped.set_result(None)

    def _signal_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
