"""The migrations end at the schema the code expects, on both databases."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import bindparam, create_engine, select, text, update

import databases
from poolhouse.store import migrate
from poolhouse.store.database import Database, Place, open_database
from poolhouse.store.schema import installation, metadata
from poolhouse.store.statements import Statement

_REVISE = "UPDATE alembic_version SET version_num ="


@pytest.fixture
def empty(tmp_path: Path) -> Place:
    return databases.empty_place(tmp_path / "migrated.sqlite")


async def revise(place: Place, revision: str, oldest_server: str | None = None) -> None:
    """Say of a database that it was migrated by another poolhouse."""
    if isinstance(place, Path):
        engine = create_engine(f"sqlite:///{place}")
        with engine.begin() as connection:
            connection.execute(text(f"{_REVISE} :new"), {"new": revision})
        engine.dispose()
    else:
        server = await asyncpg.connect(place)
        await server.execute(f"{_REVISE} $1", revision)
        await server.close()
    if oldest_server is not None:
        database = await open_database(place)
        clause = update(installation).where(installation.c.name == "oldest_server")
        await database.write(_run, Statement(clause.values(value=bindparam("new"))), oldest_server)
        await database.close()


async def _run(transaction: Any, statement: Statement, value: str) -> None:
    assert await transaction.run(statement, new=value) == 1


def test_a_migrated_file_equals_the_schema(tmp_path: Path) -> None:
    path = tmp_path / "migrated.sqlite"
    migrate.run_migrations(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == []


def test_a_new_file_is_what_the_migrations_make(tmp_path: Path) -> None:
    made, migrated = tmp_path / "made.sqlite", tmp_path / "migrated.sqlite"
    migrate.upgrade(made)
    migrate.run_migrations(migrated)
    assert _catalogue(made) == _catalogue(migrated)


def _catalogue(path: Path) -> dict[str, Any]:
    """Tables with their columns and keys, indexes with their columns, and what is installed."""
    with closing(sqlite3.connect(path)) as connection:
        ask = connection.execute
        names = ask("SELECT name FROM sqlite_master WHERE name NOT LIKE 'sqlite%'").fetchall()
        found: dict[str, Any] = {
            name: (
                ask("SELECT * FROM pragma_table_info(?) ORDER BY name", (name,)).fetchall(),
                ask("SELECT * FROM pragma_index_info(?)", (name,)).fetchall(),
                sorted(row[1:3] for row in ask("SELECT * FROM pragma_index_list(?)", (name,))),
            )
            for (name,) in names
        }
        found["installed"] = ask("SELECT * FROM installation").fetchall()
        found["revision"] = ask("SELECT * FROM alembic_version").fetchall()
    return found


@pytest.mark.skipif(not databases.on_postgresql(), reason="asks PostgreSQL's catalogue")
async def test_a_migrated_server_equals_the_schema(database: Database, tmp_path: Path) -> None:
    place = databases.place(tmp_path / "accounts.sqlite")
    server = await asyncpg.connect(place)
    columns = await server.fetch(
        "SELECT table_name, column_name, data_type, is_nullable, collation_name"
        " FROM information_schema.columns WHERE table_schema = 'public'"
    )
    indexes = await server.fetch("SELECT indexname FROM pg_indexes WHERE schemaname = 'public'")
    await server.close()
    kinds = {"TEXT": "text", "BIGINT": "bigint", "INTEGER": "integer", "BLOB": "bytea"}
    expected = {
        (table.name, column.name): (kinds[str(column.type)], "YES" if column.nullable else "NO")
        for table in metadata.sorted_tables
        for column in table.columns
    }
    found = {(row[0], row[1]): (row[2], row[3]) for row in columns if row[0] != "alembic_version"}
    assert found == expected
    # Pages and prefixes are by bytes, whatever language the cluster sorts by.
    assert {row[4] for row in columns if row[2] == "text"} == {"C"}
    named = {index.name for table in metadata.sorted_tables for index in table.indexes}
    keys = {f"pk_{table.name}" for table in metadata.sorted_tables}
    assert {row[0] for row in indexes} - {"alembic_version_pkc"} == named | keys


def test_every_key_begins_with_what_spreads_the_tables() -> None:
    """A distributed database keeps the rows of a pool together by the first column of the key."""
    first = {table.name: next(iter(table.primary_key)).name for table in metadata.sorted_tables}
    assert {name for name, column in first.items() if column != "pool_id"} == {
        "function_aliases",
        "function_permissions",
        "functions",
        "installation",
        "provisioned_limits",  # of an account, not of a pool
    }


def test_head_is_the_newest_migration() -> None:
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    assert scripts.get_current_head() == migrate.HEAD


def test_upgrading_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "twice.sqlite"
    migrate.upgrade(path)
    before = path.read_bytes()
    migrate.upgrade(path)
    assert path.read_bytes() == before


async def test_a_database_that_may_not_be_changed_is_refused(empty: Place) -> None:
    with pytest.raises(migrate.DatabaseTooOld, match="run `poolhouse migrate` first"):
        await migrate.prepare(empty, may_upgrade=False)
    assert [each[:4] for each in await migrate.pending(empty)] == ["0001", "0002"]
    await migrate.prepare(empty, may_upgrade=True)
    assert await migrate.pending(empty) == []
    await migrate.prepare(empty, may_upgrade=False)


async def test_many_servers_migrate_once(empty: Place) -> None:
    await asyncio.gather(*(migrate.prepare(empty, may_upgrade=True) for _ in range(5)))
    database = await open_database(empty)
    assert await database.one(Statement(select(installation))) == ("oldest_server", "0001")
    await database.close()


async def test_a_newer_database_is_refused(empty: Place) -> None:
    await migrate.prepare(empty, may_upgrade=True)
    await revise(empty, "9999", oldest_server="9998")
    with pytest.raises(migrate.DatabaseTooNew, match="Use a newer one"):
        await migrate.prepare(empty, may_upgrade=True)


async def test_a_newer_database_that_only_adds_is_good_for_older_servers(empty: Place) -> None:
    await migrate.prepare(empty, may_upgrade=True)
    await revise(empty, "9999", oldest_server=migrate.HEAD)
    await migrate.prepare(empty, may_upgrade=True)
    assert await migrate.pending(empty) == []


def test_the_password_of_a_database_is_not_shown() -> None:
    url = "postgresql://poolhouse:s3cret@db.test:5432/accounts?sslmode=require"
    assert migrate.shown(url) == "postgresql://db.test:5432/accounts"
