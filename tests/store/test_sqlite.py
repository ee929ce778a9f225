"""SQLite's writer: on disk, fair between processes, and alive whatever happens."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from poolhouse.store import migrate, sign_in_failures
from poolhouse.store.database import Transaction
from poolhouse.store.sqlite import SqliteDatabase


@pytest_asyncio.fixture
async def db(tmp_path: Path) -> AsyncIterator[SqliteDatabase]:
    path = tmp_path / "test.sqlite"
    migrate.upgrade(path)
    database = SqliteDatabase(path)
    yield database
    await database.close()


async def _record(transaction: Transaction, sub: str) -> str:
    await sign_in_failures.record(transaction, "pool", sub, now_ms=1, forget_after_ms=1000)
    return sub


async def test_work_must_not_wait_for_the_world(db: SqliteDatabase) -> None:
    async def waiting(transaction: Transaction) -> None:
        await _record(transaction, "ines")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waited"):
        await db.write(waiting)
    assert await sign_in_failures.find(db, "pool", "ines") == (0, 0)


_WRITER = """
import asyncio, sys
from pathlib import Path
from poolhouse.store import sign_in_failures
from poolhouse.store.sqlite import SqliteDatabase

async def main():
    db = SqliteDatabase(Path(sys.argv[1]))
    async def one(i):
        await db.write(sign_in_failures.record, "pool", f"{sys.argv[2]}{i % 8}",
                       now_ms=1, forget_after_ms=1000)
    for start in range(0, 400, 8):
        await asyncio.gather(*(one(i) for i in range(start, start + 8)))
    await db.close()

asyncio.run(main())
"""


def test_several_processes_share_the_database(db: SqliteDatabase) -> None:
    names = ("first", "second", "third")
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(db.path), name]) for name in names
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    rows = sqlite3.connect(db.path).execute("SELECT sub, failures FROM sign_in_failures")
    assert dict(rows) == {f"{name}{user}": 50 for name in names for user in range(8)}


def test_acknowledged_means_on_disk(db: SqliteDatabase) -> None:
    level = db._write_connection.execute("PRAGMA synchronous").fetchone()
    assert level == (2,), "FULL: the log is flushed before a commit is acknowledged"


async def test_the_writer_outlives_a_disk_that_refuses(db: SqliteDatabase) -> None:
    db._write_connection.execute("PRAGMA query_only=ON")
    with pytest.raises(sqlite3.Error):
        await db.write(_record, "refused")
    db._write_connection.execute("PRAGMA query_only=OFF")
    assert await db.write(_record, "accepted") == "accepted"
    assert await sign_in_failures.find(db, "pool", "refused") == (0, 0)


async def test_the_writer_outlives_a_lost_lock_file(db: SqliteDatabase) -> None:
    turns = db._turns
    db._turns = open(db.path, "ab")  # noqa: ASYNC230, SIM115 - closed below
    db._turns.close()
    with pytest.raises(ValueError, match="closed"):
        await db.write(_record, "refused")
    db._turns = turns
    assert await db.write(_record, "accepted") == "accepted"


async def test_the_state_is_the_same_until_somebody_commits(db: SqliteDatabase) -> None:
    async def state() -> object | None:
        await asyncio.sleep(0)  # it is asked once in a turn of the event loop
        await asyncio.sleep(0)
        return db.state()

    first = await state()
    assert first is not None
    assert await state() is first
    await db.write(_record, "ines")
    second = await state()
    assert second is not first
    assert await state() is second
    elsewhere = sqlite3.connect(db.path)
    elsewhere.execute("UPDATE sign_in_failures SET failures = 7")
    assert await state() is second
    elsewhere.commit()
    assert await state() is not second
    elsewhere.close()


async def test_the_state_after_a_write_is_never_the_one_before(db: SqliteDatabase) -> None:
    for number in range(200):
        before = db.state()
        await db.write(_record, f"user-{number}")
        assert db.state() is not before


async def test_two_databases_have_no_state_in_common(db: SqliteDatabase, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    path = tmp_path / "other" / "test.sqlite"
    migrate.upgrade(path)
    other = SqliteDatabase(path)
    assert other.state() is not db.state()
    await other.close()
