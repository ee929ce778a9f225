"""The blocks of the audit trail."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    tuple_,
)

from poolhouse.domain.audit_chains import Block, ChainHead
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.schema import audit_blocks
from poolhouse.store.statements import Statement, insert_into

MOST_HEADS = 64
"""Ends of other chains that a new chain names: those that were written to last."""

_OLD_AT_ONCE = 500
_INSERT = insert_into(audit_blocks)
_columns = audit_blocks.c
_last = (
    select(_columns.chain_id, func.max(_columns.number).label("number"))
    .where(_columns.pool_id == bindparam("pool_id"))
    .group_by(_columns.chain_id)
    .subquery()
)
_HEADS = Statement(
    select(_columns.chain_id, _columns.number, _columns.head, _columns.last_ms)
    .join(_last, and_(_columns.chain_id == _last.c.chain_id, _columns.number == _last.c.number))
    .where(_columns.pool_id == bindparam("key_pool_id"))
    .order_by(_columns.last_ms.desc(), _columns.chain_id)
    .limit(literal_column(str(MOST_HEADS)))
)
_ORDER = (_columns.last_ms, _columns.chain_id, _columns.number)
_OLDEST = (-1, "", -1)
_NEWEST = (1 << 62, "~", 1 << 62)


def _span(*, newest_first: bool) -> Statement:
    def beyond(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
        return column < bindparam(name) if newest_first else column > bindparam(name)

    after = or_(
        beyond(_columns.last_ms, "after_ms"),
        and_(
            _columns.last_ms == bindparam("same_ms"),
            or_(
                beyond(_columns.chain_id, "after_chain"),
                and_(
                    _columns.chain_id == bindparam("same_chain"),
                    beyond(_columns.number, "after_number"),
                ),
            ),
        ),
    )
    return Statement(
        select(audit_blocks)
        .where(
            _columns.pool_id == bindparam("pool_id"),
            _columns.last_ms >= bindparam("since_ms"),
            _columns.first_ms <= bindparam("until_ms"),
            after,
        )
        .order_by(*(column.desc() if newest_first else column for column in _ORDER))
        .limit(bindparam("size"))
    )


_SPAN = {newest_first: _span(newest_first=newest_first) for newest_first in (False, True)}
_CHAINS = Statement(
    select(_columns.chain_id)
    .where(_columns.pool_id == bindparam("pool_id"))
    .group_by(_columns.chain_id)
    .order_by(_columns.chain_id)
)
_CHAIN = Statement(
    select(audit_blocks)
    .where(
        _columns.pool_id == bindparam("pool_id"),
        _columns.chain_id == bindparam("chain_id"),
        _columns.number >= bindparam("number"),
    )
    .order_by(_columns.number)
    .limit(bindparam("size"))
)
_OLD = (
    select(_columns.pool_id, _columns.chain_id, _columns.number)
    .where(_columns.last_ms <= bindparam("before_ms"))
    .order_by(_columns.last_ms, _columns.chain_id, _columns.number)
    .limit(literal_column(str(_OLD_AT_ONCE)))
)
_DELETE_OLD = Statement(
    delete(audit_blocks).where(
        tuple_(_columns.pool_id, _columns.chain_id, _columns.number).in_(_OLD)
    )
)
_POOLS = Statement(select(_columns.pool_id).group_by(_columns.pool_id).order_by(_columns.pool_id))


def _block(row: Row) -> Block:
    _, chain_id, number, first_ms, last_ms, previous_ms, records, head, seal = row
    lines = tuple(records.split("\n"))
    return Block(chain_id, number, first_ms, last_ms, previous_ms, lines, head, seal)


async def insert(transaction: Transaction, pool_id: str, block: Block) -> None:
    await transaction.run(
        _INSERT,
        pool_id=pool_id,
        chain_id=block.chain_id,
        number=block.number,
        first_ms=block.first_ms,
        last_ms=block.last_ms,
        previous_ms=block.previous_ms,
        records="\n".join(block.lines),
        head=block.head,
        seal=block.seal,
    )


async def heads(reader: Reader, pool_id: str) -> list[ChainHead]:
    """The ends of the chains of a pool that were written to last."""
    return [
        ChainHead(*row) for row in await reader.all(_HEADS, pool_id=pool_id, key_pool_id=pool_id)
    ]


async def span(
    reader: Reader,
    pool_id: str,
    since_ms: int,
    until_ms: int,
    *,
    newest_first: bool = False,
    after: Block | None = None,
    size: int,
) -> list[Block]:
    """Blocks with records of a time, in the order in which they ended, from ``after`` on."""
    last_ms, chain_id, number = _NEWEST if newest_first else _OLDEST
    if after is not None:
        last_ms, chain_id, number = after.last_ms, after.chain_id, after.number
    rows = await reader.all(
        _SPAN[newest_first],
        pool_id=pool_id,
        since_ms=since_ms,
        until_ms=until_ms,
        after_ms=last_ms,
        same_ms=last_ms,
        after_chain=chain_id,
        same_chain=chain_id,
        after_number=number,
        size=size,
    )
    return [_block(row) for row in rows]


async def chains(reader: Reader, pool_id: str) -> list[str]:
    return [row[0] for row in await reader.all(_CHAINS, pool_id=pool_id)]


async def chain(
    reader: Reader, pool_id: str, chain_id: str, *, number: int, size: int
) -> list[Block]:
    """Blocks of one chain from ``number`` on."""
    rows = await reader.all(_CHAIN, pool_id=pool_id, chain_id=chain_id, number=number, size=size)
    return [_block(row) for row in rows]


async def pools(reader: Reader) -> list[str]:
    """The pools that have a trail, deleted ones included."""
    return [row[0] for row in await reader.all(_POOLS)]


async def delete_old(transaction: Transaction, before_ms: int) -> int:
    """Delete a bounded number of blocks, from the beginning of their chains on; how many it was."""
    return await transaction.run(_DELETE_OLD, before_ms=before_ms)
