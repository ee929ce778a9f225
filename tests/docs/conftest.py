"""A server at today's time: what the documentation shows verifies tokens by its own clock."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from server import START_MS, Server, running


@pytest.fixture(scope="session")
def server_of_today(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running(tmp_path_factory.mktemp("docs")) as server:
        server.clock.advance(seconds=time.time() - START_MS / 1000)
        yield server
