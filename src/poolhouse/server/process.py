"""One server process: uvicorn around an application, on a socket that is open already."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from poolhouse.app import App

GRACE_SECONDS = 10
"""Time that requests under way have to end when the server does."""

_KEEP_ALIVE_SECONDS = 75


def run(app: App, listener: socket.socket, announce: Callable[[], None]) -> int:
    """Serve until SIGTERM or SIGINT; the exit status. ``announce`` is called when it accepts."""
    config = uvicorn.Config(
        app,
        lifespan="on",
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    server = _AnnouncingServer(config, announce)
    try:
        server.run(sockets=[listener])
    except (SystemExit, KeyboardInterrupt):
        # After a clean end uvicorn raises the signal again; before the start it exits with 3.
        return 0 if server.started else 1
    return 0


class _AnnouncingServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._announce = announce

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
