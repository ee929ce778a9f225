"""One server process: uvicorn around an application, on a socket that is open already."""

from __future__ import annotations

import asyncio
import gc
import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

import uvicorn

from poolhouse.server.joined_writes import Protocol

if TYPE_CHECKING:
    from poolhouse.app import App

GRACE_SECONDS = 10
"""Time that requests under way have to end when the server does."""

_KEEP_ALIVE_SECONDS = 75
_COLLECTIONS = (20_000, 20, 20)
"""Objects between two collections. With the interpreter's 700 the few dozen requests of one turn of
the event loop set off several, which find nothing: what a request makes is freed with it.
"""


def run(
    app: App,
    listener: socket.socket,
    announce: Callable[[], None],
    orphaned: threading.Event | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. ``announce`` is called when it accepts.

    ``orphaned`` is set when the process that started this one is gone.
    """
    config = uvicorn.Config(
        app,
        http=Protocol,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _AnnouncingServer(config, app, announce, orphaned or threading.Event())
    try:
        server.run(sockets=[listener])
    except (SystemExit, KeyboardInterrupt):
        # After a clean end uvicorn raises the signal again; before the start it exits with 3.
        return 0 if server.started else 1
    return 0


class _AnnouncingServer(uvicorn.Server):
    def __init__(
        self,
        config: uvicorn.Config,
        app: App,
        announce: Callable[[], None],
        orphaned: threading.Event,
    ) -> None:
        super().__init__(config)
        self._app = app
        self._announce = announce
        self._orphaned = orphaned

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """The end, after a time for balancers to notice; a second signal ends it at once.

        An orphan leaves no time: while it listens, nobody who takes its place can.
        """
        seconds = 0.0 if self._orphaned.is_set() else self._app.settings.drain_seconds
        if not self.started or self._app.draining or sig != signal.SIGTERM or not seconds:
            super().handle_exit(sig, frame)
            return
        self._app.draining = True
        asyncio.get_running_loop().call_later(seconds, super().handle_exit, sig, frame)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _settle_memory()
        self._announce()


def _settle_memory() -> None:
    """What was made until now stays until the end: no collection has to look at it again.

    While it was made there were none (see who starts a process): little of it was garbage.
    """
    gc.collect()
    gc.freeze()
    gc.enable()
    gc.set_threshold(*_COLLECTIONS)
