"""What every database promises: durable, all or nothing, one piece of work after the other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

import databases
from poolhouse.errors import InvalidParameterException
from poolhouse.store import schema, sign_in_failures
from poolhouse.store.database import Database, DatabaseClosed, Transaction
from poolhouse.store.statements import select_by


@pytest.fixture
def db(database: Database) -> Database:
    return database


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


async def test_a_cancelled_caller_does_not_stop_the_writer(db: Database) -> None:
    task = asyncio.ensure_future(db.write(_record, "cancelled"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await db.write(_record, "next") == "next"


async def test_close_finishes_what_waits_and_refuses_more(db: Database, tmp_path: Path) -> None:
    waiting = [asyncio.ensure_future(db.write(_record, f"user{i}")) for i in range(50)]
    await asyncio.sleep(0)
    await db.close()
    assert len(await asyncio.gather(*waiting)) == 50
    with pytest.raises(DatabaseClosed):
        await db.write(_record, "late")
    again = await databases.opened(tmp_path / "accounts.sqlite")
    assert len(await again.all(select_by(schema.sign_in_failures))) == 50
    await again.close()


async def test_work_that_reads_and_writes_is_as_if_alone(db: Database, tmp_path: Path) -> None:
    """Two servers that let the last free place be taken must not let two take it."""
    other = await databases.opened(tmp_path / "accounts.sqlite")

    async def take(transaction: Transaction, name: str) -> bool:
        if len(await transaction.all(select_by(schema.sign_in_failures, "pool_id"), pool_id="p")):
            return False
        await sign_in_failures.record(transaction, "p", name, now_ms=1, forget_after_ms=1)
        return True

    servers = [db, other]
    taken = await asyncio.gather(*(servers[n % 2].write(take, f"{n}") for n in range(12)))
    await other.close()
    assert sorted(taken) == [False] * 11 + [True]


async def test_text_with_a_nul_is_no_text(db: Database) -> None:
    with pytest.raises(InvalidParameterException, match="NUL"):
        await db.write(_record, "in\0es")
    assert await sign_in_failures.find(db, "pool", "in\0es") == (0, 0)
