"""An empty, migrated database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from poolhouse.store import migrate
from poolhouse.store.database import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "accounts.sqlite"
    migrate.upgrade(path)
    database = Database(path)
    yield database
    database.close()
