"""Several server processes at one address: started, watched, replaced, and ended together.

Each has a socket, which is here as well: the one that takes a dead worker's place takes over the
connections that wait there.

A worker tells that it accepts requests by a byte on a pipe; another pipe, whose far end only the
supervisor holds, tells a worker when the supervisor is gone, however it went.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import structlog

from poolhouse import logs, metrics
from poolhouse.server.process import GRACE_SECONDS
from poolhouse.settings import Settings, to_environment

log = structlog.get_logger("poolhouse.supervisor")

_START_SECONDS = 60.0
_ENDING = (signal.SIGTERM, signal.SIGINT)


class _Worker:
    """One server process. ``starting`` is readable once it accepts requests, or has ended."""

    def __init__(self, settings: Settings, listener: socket.socket, supervised: int) -> None:
        self.listener = listener
        self.starting, told = os.pipe()
        descriptors = (listener.fileno(), told, supervised)
        try:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "poolhouse.server.worker", *map(str, descriptors)],
                env={**os.environ, **to_environment(settings)},
                pass_fds=descriptors,
            )
        finally:
            os.close(told)

    def accepts(self) -> bool:
        """Whether it has started; False when it ended instead. Waits for neither."""
        return os.read(self.starting, 1) != b""

    def close(self) -> None:
        os.close(self.starting)


class Supervisor:
    """Keeps a process serving on each of ``listeners`` until SIGTERM or SIGINT."""

    def __init__(
        self,
        settings: Settings,
        listeners: Sequence[socket.socket],
        announce: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._listeners = listeners
        self._announce = announce
        self._workers: list[_Worker] = []
        self._supervised, self._supervising = os.pipe()
        self._signals, self._wakeup = socket.socketpair()
        self._ended = False

    def run(self) -> int:
        """The exit status: 0 after a clean end, 1 when a worker could not start."""
        logs.configure(level=self._settings.log_level, style=self._settings.log_format)
        metrics.forget(self._settings.data)
        self._signals.setblocking(False)
        self._wakeup.setblocking(False)
        signal.set_wakeup_fd(self._wakeup.fileno())
        for number in (*_ENDING, signal.SIGCHLD):
            signal.signal(number, _nothing)  # a handler makes the number arrive at the wake-up
        try:
            # The first one makes or migrates the database, so that no two try at once.
            for listener in self._listeners:
                if not self._start_one(listener):
                    return 0 if self._ended else 1
            self._announce()
            while not self._ended:
                self._wait(None)
                if not self._replace_the_dead():
                    return 0 if self._ended else 1
            return 0
        finally:
            self._end_all()

    def _start_one(self, listener: socket.socket) -> bool:
        worker = _Worker(self._settings, listener, self._supervised)
        self._workers.append(worker)
        deadline = time.monotonic() + _START_SECONDS
        while not self._ended and time.monotonic() < deadline:
            if self._wait(worker.starting, deadline - time.monotonic()):
                return worker.accepts()
        return False

    def _replace_the_dead(self) -> bool:
        """Start anew what has died. False when that was not possible."""
        for worker in list(self._workers):
            status = worker.process.poll()
            if status is None or self._ended:
                continue
            log.error("a server process died and is replaced", exit_status=status)
            self._workers.remove(worker)
            worker.close()
            if not self._start_one(worker.listener):
                return False
        return True

    def _wait(self, descriptor: int | None, seconds: float | None = None) -> bool:
        """Wait for a signal or for ``descriptor``; whether the latter is readable."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._signals, selectors.EVENT_READ)
            if descriptor is not None:
                selector.register(descriptor, selectors.EVENT_READ)
            ready = {key.fd for key, _ in selector.select(seconds)}
        if self._signals.fileno() in ready:
            numbers = self._signals.recv(4096)
            self._ended = self._ended or any(number in numbers for number in _ENDING)
        return descriptor in ready

    def _end_all(self) -> None:
        for worker in self._workers:
            worker.process.terminate()
        deadline = time.monotonic() + self._settings.drain_seconds + GRACE_SECONDS + 5
        for worker in self._workers:
            try:
                worker.process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
            worker.close()
        signal.set_wakeup_fd(-1)
        for descriptor in (self._supervised, self._supervising):
            os.close(descriptor)
        self._signals.close()
        self._wakeup.close()


def _nothing(number: int, frame: object) -> None:
    """What a signal means is read from the wake-up socket."""
