"""An empty, migrated database."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

import databases
from poolhouse.store.database import Database


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await databases.opened(tmp_path / "accounts.sqlite", durability="full")
    yield database
    await database.close()
