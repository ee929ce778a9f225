"""Fixtures: one server per test process, and a fresh one for tests that move its clock."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

import databases
from server import START_MS, Server, running


def pytest_configure(config: pytest.Config) -> None:
    """One PostgreSQL for the whole run, in the process that the others are started from."""
    if databases.on_postgresql() and not hasattr(config, "workerinput"):
        config.add_cleanup(databases.start().close)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Shared by all tests of a process; make your own pool, leave the clock alone."""
    with running(tmp_path_factory.mktemp("data")) as server:
        yield server


@pytest.fixture(scope="session")
def server_of_today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Its clock stands at the present: clients and samples judge tokens by clocks of their own."""
    with running(tmp_path_factory.mktemp("today")) as server:
        server.clock.advance(seconds=time.time() - START_MS / 1000)
        yield server


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start a server of one's own, with other settings or to move its clock."""
    with ExitStack() as stack:

        def start(data: Path | None = None, **changes: Any) -> Server:
            return stack.enter_context(running(data or tmp_path / "data", **changes))

        yield start


@pytest.fixture(scope="session")
def idp(server: Server) -> Any:
    """boto3's cognito-idp client of the shared server."""
    return server.client()
