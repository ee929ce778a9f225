"""Serving: a socket, one process or several around it, and an end that leaves nothing behind.

The socket is opened here, before any application is built: a taken port is told in one sentence,
and with port 0 the real port is known in time to become part of every issuer.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

from poolhouse.settings import Settings, to_environment

_START_SECONDS = 60.0
_GRACE_SECONDS = 10
_KEEP_ALIVE_SECONDS = 75
_PARENT_CHECK_SECONDS = 1


class CannotListen(OSError):
    """The address is taken or not ours; the message is a sentence for a person."""


def serve(settings: Settings, announce: Callable[[Settings], None]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status of the process.

    ``announce`` is called once, with the real port, when requests are accepted.
    Raises :class:`CannotListen`.
    """
    listener = _listen(settings)
    settings = settings.replace(port=listener.getsockname()[1])
    signal.signal(signal.SIGTERM, _exit_quietly)
    signal.signal(signal.SIGINT, _exit_quietly)
    if settings.workers == 1:
        return _serve_here(settings, listener, announce)
    return _serve_in_workers(settings, listener, announce)


def _listen(settings: Settings) -> socket.socket:
    host, port = settings.host, settings.port
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Named TCP: asyncio switches Nagle off only where the socket says so.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        reason = error.strerror or str(error)
        raise CannotListen(
            f"cannot listen on {host} port {port}: {reason}. "
            "Choose another with --port, or --port 0 for any free one."
        ) from error
    listener.set_inheritable(True)
    return listener


def _exit_quietly(number: int, frame: object) -> None:
    # uvicorn raises the signal again after a clean shutdown; for us that is a success.
    sys.exit(0)


def _serve_here(
    settings: Settings, listener: socket.socket, announce: Callable[[Settings], None]
) -> int:
    from poolhouse import logs
    from poolhouse.app import App

    logs.configure(level=settings.log_level, style=settings.log_format)
    server = _AnnouncingServer(_config(App(settings), settings), lambda: announce(settings))
    try:
        server.run(sockets=[listener])
    except SystemExit as stopped:
        return 0 if server.started and not stopped.code else 1
    return 0


def _serve_in_workers(
    settings: Settings, listener: socket.socket, announce: Callable[[Settings], None]
) -> int:
    os.environ.update(to_environment(settings))
    config = _config("poolhouse.app:from_environment", settings)
    supervisor = _AnnouncingSupervisor(config, [listener], lambda: announce(settings))
    supervisor.run()
    return 0 if supervisor.all_started else 1


def _config(app: object, settings: Settings) -> uvicorn.Config:
    return uvicorn.Config(
        app,  # type: ignore[arg-type]  # an application or, for workers, the path of its factory
        factory=isinstance(app, str),
        workers=settings.workers,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        callback_notify=_end_when_orphaned if isinstance(app, str) else None,
        timeout_notify=_PARENT_CHECK_SECONDS,
    )


async def _end_when_orphaned() -> None:
    """A worker whose supervisor was killed would hold the port for ever."""
    global _supervisor_pid
    if _supervisor_pid is None:
        _supervisor_pid = os.getppid()
    elif os.getppid() != _supervisor_pid:
        os.kill(os.getpid(), signal.SIGTERM)


_supervisor_pid: int | None = None


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._announce()


class _AnnouncingSupervisor(Multiprocess):
    def __init__(
        self, config: uvicorn.Config, sockets: list[socket.socket], announce: Callable[[], None]
    ) -> None:
        super().__init__(config, sockets)
        self._announce = announce
        self.all_started = False

    def init_processes(self) -> None:
        super().init_processes()
        self.all_started = all(
            process.wait_until_ready(_START_SECONDS) for process in self.processes
        )
        if self.all_started:
            self._announce()
