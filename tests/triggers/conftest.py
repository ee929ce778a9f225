"""Fixtures of the tests of triggers: a recording function, new for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from server import Server
from triggers_world import Recorder, make_recorder


@pytest.fixture
def recorder(server: Server, tmp_path: Path) -> Recorder:
    return make_recorder(server, tmp_path)
