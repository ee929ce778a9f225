"""The development inbox: messages to users, kept where a developer or a test can read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from sqlalchemy import bindparam, func, select

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import inbox
from poolhouse.store.statements import Statement, insert_into


@dataclass(frozen=True, slots=True)
class InboxMessage:
    """One message. ``content`` is JSON data that only writer and reader of messages know."""

    pool_id: str
    message_id: str
    address: str
    content: Mapping[str, str | None]
    created_ms: int


_INSERT = insert_into(inbox)
_NEWEST = Statement(
    select(func.max(inbox.c.created_ms)).where(inbox.c.address == bindparam("address"))
)


def _listing(*keys: str) -> Statement:
    clause = select(inbox).order_by(inbox.c.created_ms.desc()).limit(bindparam("size"))
    for key in keys:
        clause = clause.where(inbox.c[key] == bindparam(key))
    return Statement(clause)


_LISTINGS: dict[tuple[str, ...], Statement] = {
    keys: _listing(*keys) for keys in ((), ("address",), ("pool_id",), ("address", "pool_id"))
}


async def insert(transaction: Transaction, message: InboxMessage) -> None:
    """Add a message; messages to one address keep their order even within a millisecond."""
    row = await transaction.one(_NEWEST, address=message.address)
    newest_ms = row[0] if row and row[0] is not None else 0
    await transaction.run(
        _INSERT,
        pool_id=message.pool_id,
        message_id=message.message_id,
        address=message.address,
        document=orjson.dumps(message.content).decode(),
        created_ms=max(message.created_ms, newest_ms + 1),
    )


async def list_newest(
    reader: Reader, *, address: str | None = None, pool_id: str | None = None, size: int
) -> list[InboxMessage]:
    """Messages, newest first, of one address, of one pool, of both, or of all."""
    wanted = {"address": address, "pool_id": pool_id}
    given = {key: value for key, value in wanted.items() if value is not None}
    rows = await reader.all(_LISTINGS[tuple(given)], **given, size=size)
    return [
        InboxMessage(pool, message_id, to, orjson.loads(document), created_ms)
        for pool, message_id, to, document, created_ms in rows
    ]
