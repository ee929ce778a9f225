"""Serving: a socket, one process or several around it, and an end that leaves nothing behind.

Doors: :func:`serve`. The socket is opened here, before any application is built: a taken port is
told in one sentence, and with port 0 the real port is known in time to become part of every issuer.
"""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import Any

from poolhouse.settings import Settings

_BACKLOG = 2048
# The workers of a killed supervisor close its socket at their next tick.
_PATIENCE_SECONDS = 1.0


class CannotListen(OSError):
    """The address is taken or not ours; the message is a sentence for a person."""


def serve(settings: Settings, announce: Callable[[Settings], None]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status of the process.

    ``announce`` is called once, with the real port, when requests are accepted.
    Raises :class:`CannotListen`.
    """
    listener = _listen(settings)
    workers = settings.workers or default_workers(settings)
    settings = settings.replace(port=listener.getsockname()[1], workers=workers)
    if settings.workers > 1:
        from poolhouse.server.supervisor import Supervisor

        listeners = _one_for_each(listener, workers)
        return Supervisor(settings, listeners, lambda: announce(settings)).run()
    # Until the server has handlers of its own, a signal simply ends the start.
    signal.signal(signal.SIGTERM, _exit_quietly)
    signal.signal(signal.SIGINT, _exit_quietly)
    return _serve_here(settings, listener, lambda: announce(settings))


def default_workers(settings: Settings) -> int:
    """One process per core that this one may use; a development server starts fast and small."""
    if settings.mode == "development":
        return 1
    if hasattr(os, "sched_getaffinity"):  # Linux: fewer than there are, in many containers
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _serve_here(settings: Settings, listener: socket.socket, announce: Callable[[], None]) -> int:
    gc.disable()  # until the server accepts: a start makes hardly any garbage
    from poolhouse import logs
    from poolhouse.app import App
    from poolhouse.server.process import run

    logs.configure(level=settings.log_level, style=settings.log_format)
    return run(App(settings), listener, announce)


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Named TCP: asyncio switches Nagle off only where the socket says so.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(listener, address)
        listener.listen(_BACKLOG)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotListen(
            f"cannot listen on {host} port {port}: {reason}. "
            "Choose another with --port, or --port 0 for any free one."
        ) from error
    return listener


def _one_for_each(listener: socket.socket, workers: int) -> list[socket.socket]:
    """A socket for each worker at the same address, between which the kernel divides connections.

    Of one socket that all share, the worker that wakes first takes every connection that waits: a
    client's whole pool of them ended up in one process. Only Linux divides them.
    """
    if sys.platform != "linux":
        return [listener] * workers
    # Bound alone first: two servers that both share a port would not notice each other.
    family, address = listener.family, listener.getsockname()
    listener.close()
    sockets = []
    for _ in range(workers):
        one = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        one.bind(address)
        sockets.append(one)
    # The others listen when their workers do, so that no connection waits for a process to start.
    sockets[0].listen(_BACKLOG)
    return sockets


def _bind(listener: socket.socket, address: Any) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            return listener.bind(address)
        except OSError as error:
            if error.errno != errno.EADDRINUSE or time.monotonic() > deadline:
                raise
        time.sleep(0.02)


def _exit_quietly(number: int, frame: object) -> None:
    sys.exit(0)
