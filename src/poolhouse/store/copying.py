"""A whole database into an empty one, of either kind: the way to PostgreSQL, and back.

Both sort text by its bytes, so both give the rows of a table in the same order: what was written is
read again, and has to have the same checksum as what was read.
"""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Table, bindparam, func, select, tuple_

from poolhouse.store import migrate
from poolhouse.store.database import Database, Place, Reader, Row, Transaction, open_database
from poolhouse.store.schema import installation, metadata
from poolhouse.store.statements import Statement, insert_into, insert_or_update, select_by

BATCH_ROWS = 1000

_TABLES = [table for table in metadata.sorted_tables if table is not installation]
_INSTALLATION = select_by(installation)
_PUT_INSTALLATION = insert_or_update(installation)
_OF_THE_SCHEMA = "oldest_server"
"""The one entry of ``installation`` that migrations write, not servers."""

Progress = Callable[[str, int], None]
"""Told the table and the number of rows that were just copied or compared."""


class CannotCopy(RuntimeError):
    """The databases do not allow it; the message is a sentence for a person."""


async def count(place: Place) -> dict[str, int]:
    """The rows of each table that is copied. Raises :class:`CannotCopy` and what ``prepare`` does.

    The schema of a place to copy from is never changed.
    """
    if isinstance(place, Path) and not place.exists():
        raise CannotCopy(f"there is no database at {place}")
    await migrate.prepare(place, may_upgrade=False)
    async with AsyncExitStack() as stack:
        return await _count(await _snapshot(stack, place))


async def copy(source: Place, target: Place, progress: Progress) -> dict[str, int]:
    """Copy every row, then read the copy again and compare. The number of rows by table.

    The source is read as it is at the start; a server that goes on writing to it is not followed.
    Sealed values are copied as they are: the same master key opens them. Raises
    :class:`CannotCopy`, also for a target that has rows already.
    """
    if source == target:
        raise CannotCopy("a database cannot be copied into itself")
    await count(source)
    if isinstance(target, Path):
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    await migrate.prepare(target, may_upgrade=True)
    database = await open_database(target)
    try:
        if any((await _count(database)).values()):
            raise CannotCopy(f"{migrate.shown(target)} is not empty")
        async with AsyncExitStack() as stack:
            reader = await _snapshot(stack, source)
            entries = await reader.all(_INSTALLATION)
            sums = {table.name: await _copy(reader, database, table, progress) for table in _TABLES}
        for table in _TABLES:
            if await _sum(database, table, progress) != sums[table.name]:
                raise CannotCopy(f"the copy of table {table.name} is not like the original")
        # Last, so that a server has no use for a copy that was not finished.
        await database.write(_put_installation, entries)
    finally:
        await database.close()
    return {name: rows for name, (rows, _) in sums.items()}


async def _snapshot(stack: AsyncExitStack, place: Place) -> Reader:
    if isinstance(place, Path):
        from poolhouse.store import sqlite

        return stack.enter_context(sqlite.snapshot(place))
    from poolhouse.store import postgresql

    return await stack.enter_async_context(postgresql.snapshot(place))


async def _count(reader: Reader) -> dict[str, int]:
    counts = {}
    for table in _TABLES:
        row = await reader.one(Statement(select(func.count()).select_from(table)))
        counts[table.name] = int(row[0]) if row else 0
    return counts


async def _batches(reader: Reader, table: Table) -> AsyncIterator[list[Row]]:
    """All rows by primary key, each batch from where the last one ended."""
    key = list(table.primary_key.columns)
    places = [list(table.columns).index(column) for column in key]
    ordered = select(table).order_by(*key).limit(bindparam("size"))
    behind = tuple_(*key) > tuple_(*(bindparam(f"key_{column.name}") for column in key))
    rows = await reader.all(Statement(ordered), size=BATCH_ROWS)
    onward = Statement(ordered.where(behind))
    while rows:
        yield rows
        after = {f"key_{table.columns[place].name}": rows[-1][place] for place in places}
        rows = await reader.all(onward, **after, size=BATCH_ROWS)


async def _copy(
    reader: Reader, database: Database, table: Table, progress: Progress
) -> tuple[int, str]:
    names = [column.name for column in table.columns]
    insert = insert_into(table)
    digest, number = hashlib.sha256(), 0
    async for rows in _batches(reader, table):
        _add(digest, rows)
        number += len(rows)
        await database.write(
            _insert_all, insert, [dict(zip(names, row, strict=True)) for row in rows]
        )
        progress(table.name, len(rows))
    return number, digest.hexdigest()


async def _sum(reader: Reader, table: Table, progress: Progress) -> tuple[int, str]:
    digest, number = hashlib.sha256(), 0
    async for rows in _batches(reader, table):
        _add(digest, rows)
        number += len(rows)
        progress(table.name, len(rows))
    return number, digest.hexdigest()


def _add(digest: Any, rows: list[Row]) -> None:
    digest.update(orjson.dumps(rows, default=bytes.hex))


async def _insert_all(
    transaction: Transaction, insert: Statement, rows: list[Mapping[str, Any]]
) -> None:
    await transaction.run_many(insert, rows)


async def _put_installation(transaction: Transaction, entries: list[Row]) -> None:
    for name, value in entries:
        if name != _OF_THE_SCHEMA:
            await transaction.run(_PUT_INSTALLATION, name=name, value=value)
