"""A real server on a real socket, inside the test process, with a clock that tests can move."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import boto3
import uvicorn
from botocore.config import Config
from sqlalchemy import Select

import databases
from operation_calls import CALLS
from poolhouse.app import App
from poolhouse.clock import FixedClock
from poolhouse.house import House
from poolhouse.ids import Ids
from poolhouse.settings import Settings
from poolhouse.store.database import Row
from poolhouse.store.statements import Statement

T = TypeVar("T")

START_MS = 1_790_000_000_000


@dataclass
class Site:
    """A server seen from outside, wherever it runs."""

    url: str

    def client(self, service: str = "cognito-idp", region: str = "us-east-1") -> Any:
        """A boto3 client pointed at this server; retries are off so that an error is seen once."""
        made = boto3.client(
            service,
            region_name=region,
            endpoint_url=self.url,
            aws_access_key_id="AKIATEST",
            aws_secret_access_key="secret",
            config=Config(retries={"max_attempts": 0}, parameter_validation=False),
        )
        made.meta.events.register("after-call.cognito-identity-provider", CALLS.note)
        return made


@dataclass
class Server(Site):
    """A running server: where it is, its clock, and the house behind it for looking inside."""

    clock: FixedClock
    app: App
    loop: asyncio.AbstractEventLoop

    @property
    def house(self) -> House:
        assert self.app.house is not None
        return self.app.house

    def ask(self, question: Coroutine[Any, Any, T]) -> T:
        """Run something on the server's own loop: its database belongs to that."""
        return asyncio.run_coroutine_threadsafe(question, self.loop).result(30)

    def rows(self, clause: Select[Any], **parameters: Any) -> list[Row]:
        """What is in the database, whichever it is."""
        return self.ask(self.house.db.all(Statement(clause), **parameters))


@contextmanager
def running(data: Path, **changes: Any) -> Iterator[Server]:
    """Start a server with a fixed clock on a free port; ``changes`` are settings."""
    # Named TCP: asyncio switches Nagle off only where the socket says so.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    values: dict[str, Any] = {
        "data": data,
        "port": port,
        "public_url": f"http://127.0.0.1:{port}",
        "strict_responses": True,
        "hash_memory_kib": 8,
        "hash_passes": 1,
        **databases.settings(data),
        **changes,
    }
    clock = FixedClock(START_MS)
    app = App(Settings(**values), clock=clock, ids=Ids())
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    loops: list[asyncio.AbstractEventLoop] = []
    ready = threading.Event()

    async def serve() -> None:
        loops.append(asyncio.get_running_loop())
        serving = asyncio.ensure_future(server.serve(sockets=[listener]))
        while not server.started and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(0.005)  # uvicorn offers a flag, no event
        ready.set()
        await serving

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert ready.wait(30)
    assert server.started, "the server did not start"
    try:
        yield Server(f"http://127.0.0.1:{port}", clock, app, loops[0])
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
