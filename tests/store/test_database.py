"""The writer: durable, all or nothing, fair between processes."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from poolhouse.store import migrate, sign_in_failures
from poolhouse.store.database import Database, DatabaseClosed, Transaction


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "test.sqlite"
    migrate.upgrade(path)
    database = Database(path)
    yield database
    database.close()


async def _record(transaction: Transaction, sub: str) -> str:
    await sign_in_failures.record(transaction, "pool", sub, now_ms=1, forget_after_ms=1000)
    return sub


async def test_a_write_returns_its_result_and_can_be_read(db: Database) -> None:
    assert await db.write(_record, "ines") == "ines"
    assert await sign_in_failures.find(db, "pool", "ines") == (1, 1)


async def test_parallel_writes_count_each_once(db: Database) -> None:
    await asyncio.gather(*(db.write(_record, "ines") for _ in range(500)))
    assert await sign_in_failures.find(db, "pool", "ines") == (500, 1)


async def test_a_failing_work_undoes_itself_and_nothing_else(db: Database) -> None:
    async def failing(transaction: Transaction) -> None:
        await _record(transaction, "lost")
        raise LookupError("on purpose")

    results = await asyncio.gather(
        db.write(_record, "before"),
        db.write(failing),
        db.write(_record, "after"),
        return_exceptions=True,
    )
    assert isinstance(results[1], LookupError)
    assert await sign_in_failures.find(db, "pool", "lost") == (0, 0)
    assert await sign_in_failures.find(db, "pool", "before") == (1, 1)
    assert await sign_in_failures.find(db, "pool", "after") == (1, 1)


async def test_work_must_not_wait_for_the_world(db: Database) -> None:
    async def waiting(transaction: Transaction) -> None:
        await _record(transaction, "ines")
        await asyncio.sleep(0)

    with pytest.raises(RuntimeError, match="waited"):
        await db.write(waiting)
    assert await sign_in_failures.find(db, "pool", "ines") == (0, 0)


async def test_a_cancelled_caller_does_not_stop_the_writer(db: Database) -> None:
    task = asyncio.ensure_future(db.write(_record, "cancelled"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await db.write(_record, "next") == "next"


async def test_close_finishes_what_waits_and_refuses_more(db: Database) -> None:
    waiting = [asyncio.ensure_future(db.write(_record, f"user{i}")) for i in range(50)]
    await asyncio.sleep(0)
    db.close()
    assert len(await asyncio.gather(*waiting)) == 50
    with pytest.raises(DatabaseClosed):
        await db.write(_record, "late")
    rows = sqlite3.connect(db.path).execute("SELECT count(*) FROM sign_in_failures").fetchone()
    assert rows == (50,)


_WRITER = """
import asyncio, sys
from pathlib import Path
from poolhouse.store import sign_in_failures
from poolhouse.store.database import Database

async def main():
    db = Database(Path(sys.argv[1]))
    async def one(i):
        await db.write(sign_in_failures.record, "pool", f"{sys.argv[2]}{i % 8}",
                       now_ms=1, forget_after_ms=1000)
    for start in range(0, 400, 8):
        await asyncio.gather(*(one(i) for i in range(start, start + 8)))
    db.close()

asyncio.run(main())
"""


def test_several_processes_share_the_database(db: Database) -> None:
    names = ("first", "second", "third")
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(db.path), name]) for name in names
    ]
    assert [writer.wait(60) for writer in writers] == [0, 0, 0]
    rows = sqlite3.connect(db.path).execute("SELECT sub, failures FROM sign_in_failures")
    assert dict(rows) == {f"{name}{user}": 50 for name in names for user in range(8)}


def test_acknowledged_means_on_disk(db: Database) -> None:
    level = db._write_connection.execute("PRAGMA synchronous").fetchone()
    assert level == (2,), "FULL: the log is flushed before a commit is acknowledged"


async def test_the_writer_outlives_a_disk_that_refuses(db: Database) -> None:
    db._write_connection.execute("PRAGMA query_only=ON")
    with pytest.raises(sqlite3.Error):
        await db.write(_record, "refused")
    db._write_connection.execute("PRAGMA query_only=OFF")
    assert await db.write(_record, "accepted") == "accepted"
    assert await sign_in_failures.find(db, "pool", "refused") == (0, 0)


async def test_the_writer_outlives_a_lost_lock_file(db: Database) -> None:
    turns = db._turns
    db._turns = open(db.path, "ab")  # noqa: ASYNC230, SIM115 - closed below
    db._turns.close()
    with pytest.raises(ValueError, match="closed"):
        await db.write(_record, "refused")
    db._turns = turns
    assert await db.write(_record, "accepted") == "accepted"
