"""User pools in the store: one small read when nothing changed, never a stale record."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import bindparam, func, select

import databases
from counting_reader import CountingReader
from poolhouse.domain.records import UserPool
from poolhouse.errors import ConcurrentModificationException, ResourceNotFoundException
from poolhouse.store import groups, pools
from poolhouse.store.database import Database, Transaction
from poolhouse.store.revisions import Kept
from poolhouse.store.schema import metadata
from poolhouse.store.statements import Statement, insert_into
from sample_records import pool


def named(name: str, pool_id: str = "eu-west-1_Store0001") -> UserPool:
    return replace(pool(PoolName=name), id=pool_id)


async def _insert(database: Database, record: UserPool) -> UserPool:
    await database.write(pools.insert, record)
    return await pools.get(database, record.id)


async def _rename(transaction: Transaction, current: UserPool, name: str) -> None:
    settings = {**current.settings, "Name": name}
    await pools.update(transaction, current, settings=settings, modified_ms=9)


async def test_what_was_written_is_read(database: Database) -> None:
    record = replace(named("harbour"), mfa={"SoftwareTokenMfaConfiguration": {"Enabled": True}})
    found = await _insert(database, record)
    assert replace(found, revision=0) == record


async def test_an_unchanged_pool_costs_one_read_of_its_revision(database: Database) -> None:
    record = await _insert(database, named("harbour"))
    reader = CountingReader(database)
    assert await pools.get(reader, record.id) is record
    (asked,) = reader.asked
    assert "document" not in asked


async def test_a_change_by_another_process_is_seen(database: Database, tmp_path: Path) -> None:
    record = await _insert(database, named("harbour"))
    other = await databases.opened(tmp_path / "accounts.sqlite")
    try:
        await other.write(_rename, record, "quay")
    finally:
        await other.close()
    found = await pools.get(database, record.id)
    assert (found.name, found.modified_ms) == ("quay", 9)


async def test_a_change_that_was_undone_is_not_kept(database: Database) -> None:
    """Inside its transaction a change is read and parsed; afterwards it never happened."""
    record = await _insert(database, named("harbour"))

    async def change_and_fail(transaction: Transaction) -> None:
        await _rename(transaction, record, "quay")
        assert (await pools.get(transaction, record.id)).name == "quay"
        raise RuntimeError("undone")

    with pytest.raises(RuntimeError, match="undone"):
        await database.write(change_and_fail)
    assert (await pools.get(database, record.id)).name == "harbour"
    await database.write(_rename, record, "pier")
    assert (await pools.get(database, record.id)).name == "pier"


async def test_an_id_that_comes_back_is_another_pool(database: Database) -> None:
    first = await _insert(database, named("harbour"))
    await database.write(pools.delete, first.id)
    assert (await _insert(database, named("quay"))).name == "quay"


async def test_of_two_changes_to_one_state_the_second_fails(database: Database) -> None:
    record = await _insert(database, named("harbour"))
    await database.write(_rename, record, "quay")
    with pytest.raises(ConcurrentModificationException):
        await database.write(_rename, record, "pier")
    assert (await pools.get(database, record.id)).name == "quay"


async def test_an_absent_pool(database: Database) -> None:
    absent = named("harbour", "eu-west-1_Absent000")
    message = f"User pool {absent.id} does not exist."
    assert await pools.find(database, absent.id) is None
    with pytest.raises(ResourceNotFoundException, match=message):
        await pools.get(database, absent.id)
    with pytest.raises(ResourceNotFoundException, match=message):
        await database.write(_rename, absent, "quay")
    with pytest.raises(ResourceNotFoundException, match=message):
        await database.write(pools.delete, absent.id)


async def test_deleting_leaves_no_row_but_the_audit_trail(database: Database) -> None:
    doomed = await _insert(database, named("harbour"))
    spared = await _insert(database, named("quay", "eu-west-1_Spared000"))
    tables = [table for table in metadata.sorted_tables if "pool_id" in table.c]
    for pool_id in (doomed.id, spared.id):
        await database.write(_one_row_in_each_table, pool_id)
    await database.write(pools.delete, doomed.id)
    for table in tables:
        of_pool = table.c.pool_id == bindparam("pool_id")
        count = Statement(select(func.count()).select_from(table).where(of_pool))
        left = int(table.name == "audit_blocks")
        assert await database.one(count, pool_id=doomed.id) == (left,), table.name
        assert await database.one(count, pool_id=spared.id) == (1,), table.name


async def _one_row_in_each_table(transaction: Transaction, pool_id: str) -> None:
    for table in metadata.sorted_tables:
        if "pool_id" not in table.c or table.name == "user_pools":
            continue
        values = {str: pool_id, int: 1, bytes: b"1"}
        row = {column.name: values[column.type.python_type] for column in table.c}
        await transaction.run(insert_into(table), **row)


async def test_pages_cover_a_region_once(database: Database) -> None:
    here = [f"eu-west-1_Page0000{n}" for n in range(5)]
    for pool_id in [*here, "eu-west-2_Page00000", "eu-west-1-x_Page0000"]:
        region = pool_id.partition("_")[0]
        await database.write(pools.insert, replace(named("p", pool_id), region=region))
    seen: list[str] = []
    after: str | None = None
    while True:
        page = await pools.list_page(database, "eu-west-1", after=after, size=2)
        seen += [each.id for each in page.items]
        if page.next_key is None:
            break
        after = str(page.next_key[0])
    assert seen == here


async def test_users_are_counted_per_pool(database: Database) -> None:
    record = await _insert(database, named("harbour"))
    await database.write(_one_row_in_each_table, record.id)
    assert await pools.count_users(database, record.id) == 1
    assert await pools.count_users(database, "eu-west-1_Absent000") == 0
    assert await groups.count(database, record.id) == 1


def test_kept_records_are_bounded_and_the_oldest_gives_way() -> None:
    kept: Kept[str] = Kept(2)
    for key in ("a", "b", "a", "c"):
        kept.keep(key, 1, key)
    assert [kept.find(key, 1) for key in ("a", "b", "c")] == ["a", None, "c"]
    assert kept.find("a", 2) is None
