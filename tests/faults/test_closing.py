"""The end of a server: one part that fails to close keeps no other from finishing."""

from __future__ import annotations

from pathlib import Path

import pytest

from poolhouse.app import build_house, close_house
from poolhouse.settings import Settings
from poolhouse.store import audit as store
from poolhouse.store.database import DatabaseClosed


async def test_what_waits_is_written_although_the_functions_do_not_close(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings().replace(data=tmp_path)
    house = await build_house(settings)
    await house.audit.observation("eu-west-1_pool", {"kind": "test"})

    async def broken() -> None:
        raise OSError("a worker that cannot be ended")

    monkeypatch.setattr(house.functions, "close", broken)
    with pytest.raises(OSError, match="cannot be ended"):
        await close_house(house)
    with pytest.raises(DatabaseClosed):
        await house.db.write(store.delete_old, 0)
    again = await build_house(settings)
    assert await store.pools(again.db) == ["eu-west-1_pool"]
    await close_house(again)
