"""Calls of functions that were kept for replays. What is in them only the master key tells."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import and_, bindparam, func, or_, select

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import recordings
from poolhouse.store.statements import Statement, delete_by, insert_into


@dataclass(frozen=True, slots=True)
class StoredRecording:
    """One sealed call."""

    pool_id: str
    recorded_ms: int
    recording_id: str
    sealed: bytes
    expires_ms: int


_columns = recordings.c
_INSERT = insert_into(recordings)
_PAGE = Statement(
    select(recordings)
    .where(
        _columns.pool_id == bindparam("pool_id"),
        _columns.recorded_ms <= bindparam("until_ms"),
        or_(
            _columns.recorded_ms > bindparam("after_ms"),
            and_(
                _columns.recorded_ms == bindparam("same_ms"),
                _columns.recording_id > bindparam("after_id"),
            ),
        ),
    )
    .order_by(_columns.recorded_ms, _columns.recording_id)
    .limit(bindparam("size"))
)
_COUNT = Statement(
    select(func.count(), func.min(_columns.recorded_ms), func.max(_columns.recorded_ms)).where(
        _columns.pool_id == bindparam("pool_id"),
        _columns.recorded_ms >= bindparam("since_ms"),
        _columns.recorded_ms <= bindparam("until_ms"),
    )
)
_DELETE = delete_by(recordings, "pool_id")


async def insert(transaction: Transaction, row: StoredRecording) -> None:
    await transaction.run(
        _INSERT,
        pool_id=row.pool_id,
        recorded_ms=row.recorded_ms,
        recording_id=row.recording_id,
        sealed=row.sealed,
        expires_ms=row.expires_ms,
    )


async def page(
    reader: Reader, pool_id: str, after: tuple[int, str], until_ms: int, *, size: int
) -> list[StoredRecording]:
    """Rows after a time and id, oldest first."""
    rows = await reader.all(
        _PAGE,
        pool_id=pool_id,
        until_ms=until_ms,
        after_ms=after[0],
        same_ms=after[0],
        after_id=after[1],
        size=size,
    )
    return [StoredRecording(*row) for row in rows]


async def count(
    reader: Reader, pool_id: str, since_ms: int, until_ms: int
) -> tuple[int, int | None, int | None]:
    """How many there are of a time, and when the first and the last of them was made."""
    row = await reader.one(_COUNT, pool_id=pool_id, since_ms=since_ms, until_ms=until_ms)
    return (0, None, None) if row is None else (row[0], row[1], row[2])


async def delete_all(transaction: Transaction, pool_id: str) -> int:
    """Forget everything that a pool recorded."""
    return await transaction.run(_DELETE, pool_id=pool_id)
