"""Auth events: one row each, listed newest first."""

from __future__ import annotations

from dataclasses import asdict, replace

import orjson
from sqlalchemy import bindparam, select, tuple_

from poolhouse.domain.auth_events import AuthEvent, Feedback, Risk
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.schema import auth_events as table
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_or_update,
    select_by,
)

_FIND = select_by(table, "pool_id", "event_id")
_PUT = insert_or_update(table)
_FORGET_ALL = delete_by(table, "pool_id", "sub")
_PAGE = Statement(
    select(table)
    .where(
        table.c.pool_id == bindparam("pool_id"),
        table.c.sub == bindparam("sub"),
        tuple_(table.c.created_ms, table.c.event_id)
        < tuple_(bindparam("before_ms"), bindparam("before_id")),
    )
    .order_by(table.c.created_ms.desc(), table.c.event_id.desc())
    .limit(bindparam("size"))
)
_LATEST_MS = 2**53
_LAST_ID = "~"  # sorts behind every id


async def find(reader: Reader, pool_id: str, event_id: str) -> AuthEvent | None:
    row = await reader.one(_FIND, pool_id=pool_id, event_id=event_id)
    return None if row is None else _event(row)


async def add(transaction: Transaction, event: AuthEvent) -> AuthEvent:
    """Keep an event, or a further step of one that is kept. The event as it is then."""
    before = await find(transaction, event.pool_id, event.event_id)
    if before is not None:
        event = before.continued(event)
    await put(transaction, event)
    return event


async def put(transaction: Transaction, event: AuthEvent) -> None:
    fields = asdict(event)
    for column in ("pool_id", "event_id", "sub", "created_ms"):
        del fields[column]
    await transaction.run(
        _PUT,
        pool_id=event.pool_id,
        event_id=event.event_id,
        sub=event.sub,
        document=orjson.dumps(fields).decode(),
        created_ms=event.created_ms,
    )


async def list_page(
    reader: Reader,
    pool_id: str,
    sub: str,
    *,
    before: tuple[int, str] | None = None,
    size: int,
) -> Page[AuthEvent]:
    """A user's events, newest first."""
    before_ms, before_id = before or (_LATEST_MS, _LAST_ID)
    rows = await reader.all(
        _PAGE, pool_id=pool_id, sub=sub, before_ms=before_ms, before_id=before_id, size=size + 1
    )
    return cut(
        [_event(row) for row in rows], size, lambda event: (event.created_ms, event.event_id)
    )


async def forget_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET_ALL, pool_id=pool_id, sub=sub)


def _event(row: Row) -> AuthEvent:
    pool_id, event_id, sub, document, created_ms = row
    fields = orjson.loads(document)
    risk, feedback = Risk(**fields.pop("risk")), fields.pop("feedback")
    challenges = tuple((name, shown) for name, shown in fields.pop("challenges"))
    event = AuthEvent(pool_id=pool_id, event_id=event_id, sub=sub, created_ms=created_ms, **fields)
    return replace(
        event,
        risk=risk,
        feedback=Feedback(**feedback) if feedback else None,
        challenges=challenges,
    )
