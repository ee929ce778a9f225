"""PostgreSQL alone: what is durable, what is tried again, and what a server refuses to work on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

import databases
from poolhouse import app
from poolhouse.settings import BadSetting, Settings
from poolhouse.store import migrate, sign_in_failures
from poolhouse.store.database import DatabaseBusy, Transaction, open_database, read_committed
from poolhouse.store.installation import WrongMasterKey
from poolhouse.store.postgresql import PostgresqlDatabase

pytestmark = pytest.mark.skipif(not databases.on_postgresql(), reason="needs PostgreSQL")


@pytest.fixture
def url(tmp_path: Path) -> str:
    return str(databases.place(tmp_path / "accounts.sqlite"))


@pytest_asyncio.fixture
async def db(url: str) -> AsyncIterator[PostgresqlDatabase]:
    database = await PostgresqlDatabase.open(url, durability="full", connections=4)
    yield database
    await database.close()


async def record(transaction: Transaction, sub: str) -> None:
    await sign_in_failures.record(transaction, "pool", sub, now_ms=1, forget_after_ms=1000)


async def end_all_connections(url: str) -> None:
    server = await asyncpg.connect(url)
    await server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await server.close()


@pytest.mark.parametrize(("durability", "shown"), [("full", "on"), ("normal", "off")])
async def test_acknowledged_means_on_disk_unless_told(
    url: str, durability: str, shown: str
) -> None:
    database = await PostgresqlDatabase.open(url, durability=durability, connections=1)
    async with database._pool.acquire() as connection:
        assert await connection.fetchval("SHOW synchronous_commit") == shown
    await database.close()


async def test_work_is_alone_unless_marked(db: PostgresqlDatabase) -> None:
    async def isolation(transaction: Any) -> str:
        level: str = await transaction._connection.fetchval("SHOW transaction_isolation")
        return level

    assert await db.write(isolation) == "serializable"
    assert await db.write(read_committed(isolation)) == "read committed"


async def test_lost_connections_cost_nobody_an_answer(db: PostgresqlDatabase, url: str) -> None:
    await db.write(record, "ines")
    await end_all_connections(url)
    assert await sign_in_failures.find(db, "pool", "ines") == (1, 1)
    await end_all_connections(url)
    await db.write(record, "ines")
    assert await sign_in_failures.find(db, "pool", "ines") == (2, 1)


async def test_work_that_loses_its_connection_is_run_again(
    db: PostgresqlDatabase, url: str
) -> None:
    runs = 0

    async def interrupted(transaction: Transaction) -> None:
        nonlocal runs
        runs += 1
        await record(transaction, "ines")
        if runs == 1:
            await end_all_connections(url)
        await record(transaction, "ines")

    await db.write(interrupted)
    assert runs == 2
    assert await sign_in_failures.find(db, "pool", "ines") == (2, 1)


async def test_what_the_work_raises_is_not_run_again(db: PostgresqlDatabase) -> None:
    runs = 0

    async def failing(transaction: Transaction) -> None:
        nonlocal runs
        runs += 1
        await record(transaction, "ines")
        raise OSError("a disk of our own, not the database's")

    with pytest.raises(OSError, match="our own"):
        await db.write(failing)
    assert runs == 1
    assert await sign_in_failures.find(db, "pool", "ines") == (0, 0)


async def test_many_meet_at_one_row_and_none_is_lost(url: str) -> None:
    servers = [await open_database(url, connections=6) for _ in range(3)]
    await asyncio.gather(*(server.write(record, "ines") for server in servers for _ in range(30)))
    assert await sign_in_failures.find(servers[0], "pool", "ines") == (90, 1)
    for server in servers:
        await server.close()


async def test_nobody_there() -> None:
    with pytest.raises(DatabaseBusy, match="cannot be reached"):
        await open_database("postgresql://poolhouse@127.0.0.1:1/none")


# --- a server that starts on it ---


async def start(url: str, data: Path, **settings: Any) -> None:
    house = await app.build_house(Settings(data=data, database=url, **settings))
    await app.close_house(house)


async def test_servers_share_a_master_key(url: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="needs a master_key that they share"):
        await start(url, tmp_path / "data")
    assert not (tmp_path / "data").exists()
    await start(url, tmp_path / "one", master_key=databases.MASTER_KEY)
    await start(url, tmp_path / "other", master_key=databases.MASTER_KEY)
    wrong = databases.MASTER_KEY.replace("d", "e", 1)
    with pytest.raises(WrongMasterKey, match="not the one that this database was sealed with"):
        await start(url, tmp_path / "third", master_key=wrong)


async def test_a_server_in_production_leaves_the_schema_alone(tmp_path: Path) -> None:
    empty = str(databases.empty_place(tmp_path / "empty.sqlite"))
    given = {"master_key": databases.MASTER_KEY, "mode": "production", "access_keys": "a:b"}
    with pytest.raises(migrate.DatabaseTooOld, match="run `poolhouse migrate` first"):
        await start(empty, tmp_path / "data", **given)
    await start(empty, tmp_path / "data", **given, migrate_at_start="always")
    await start(empty, tmp_path / "data", **given)
