"""Removing what has expired: rows that no answer depends on any more."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, delete, literal_column, select, tuple_

from poolhouse.store.database import Transaction
from poolhouse.store.schema import auth_sessions, codes, refresh_tokens, sign_ins
from poolhouse.store.statements import Statement

BATCH_ROWS = 1000


def _delete_expired(table: Table) -> Statement:
    key = list(table.primary_key.columns)
    expired = (
        select(*key)
        .where(table.c.expires_ms <= bindparam("now_ms"))
        .limit(literal_column(str(BATCH_ROWS)))
    )
    return Statement(delete(table).where(tuple_(*key).in_(expired)))


_STATEMENTS = [_delete_expired(table) for table in (auth_sessions, codes, refresh_tokens, sign_ins)]


async def delete_expired(transaction: Transaction, now_ms: int) -> int:
    """Delete a bounded number of expired rows of each kind; returns how many.

    Small batches, so that the writer is never held up for long.
    """
    return sum([await transaction.run(statement, now_ms=now_ms) for statement in _STATEMENTS])
