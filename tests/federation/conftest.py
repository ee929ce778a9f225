"""A provider of each kind for every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from federation_world import FakeProvider, Harbour, Visit, fake_provider, make_harbour, make_visit
from server import Server
from triggers_world import Recorder, make_recorder


@pytest.fixture
def harbour(server: Server) -> Harbour:
    return make_harbour(server)


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with fake_provider() as provider:
        yield provider


@pytest.fixture
def visit(server: Server, fake: FakeProvider) -> Visit:
    return make_visit(server, fake)


@pytest.fixture
def recorder(server: Server, tmp_path: Path) -> Recorder:
    return make_recorder(server, tmp_path)
