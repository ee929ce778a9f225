"""``GET /health/ready``: whether a balancer should send requests here.

``/health`` says that the process lives, and a process that does not should be started anew. This
says that it can write; where it cannot, a new process could not either: the database is at fault,
or the server is about to end.
"""

from __future__ import annotations

import asyncio

from starlette.responses import JSONResponse, Response

from poolhouse.store import installation
from poolhouse.store.database import Database, DatabaseUnavailable

PATH = "/health/ready"
_PATIENCE_SECONDS = 2.0
_KEPT_SECONDS = 1.0


class Readiness:
    """Asks the database of one server process, at most once a second, whoever wants to know."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._asked = float("-inf")
        self._probe: asyncio.Task[bool] | None = None

    async def answer(self, *, draining: bool) -> Response:
        """200 when the server can write, 503 when it cannot or is ``draining``."""
        if draining:
            return JSONResponse({"status": "draining"}, status_code=503)
        if not await self._writes():
            return JSONResponse({"status": "database unavailable"}, status_code=503)
        return JSONResponse({"status": "ready"})

    async def _writes(self) -> bool:
        now = asyncio.get_running_loop().time()
        if self._probe is None or (self._probe.done() and now >= self._asked + _KEPT_SECONDS):
            self._asked = now
            self._probe = asyncio.create_task(self._try())
        try:
            # A commit that waits for a standby which is gone may wait for ever, and goes on.
            return await asyncio.wait_for(asyncio.shield(self._probe), _PATIENCE_SECONDS)
        except TimeoutError:
            return False

    async def _try(self) -> bool:
        try:
            await installation.probe(self._db)
        except DatabaseUnavailable:
            return False
        return True
