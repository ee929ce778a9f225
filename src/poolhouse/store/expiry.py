"""Removing what has expired: rows that no answer depends on any more."""

from __future__ import annotations

from sqlalchemy import Table, bindparam, delete, literal_column, select, tuple_

from poolhouse.domain.auth_events import KEPT_MS
from poolhouse.store.database import Transaction, read_committed
from poolhouse.store.schema import (
    attempts,
    auth_events,
    auth_sessions,
    authorization_codes,
    browser_sessions,
    codes,
    recordings,
    refresh_tokens,
    sign_in_failures,
    sign_ins,
    spent_states,
    user_sessions,
)
from poolhouse.store.statements import Statement

BATCH_ROWS = 1000


_ATTEMPTS_KEPT_MS = 24 * 3600 * 1000
"""Attempt limits look back an hour, a lock-out less; a day leaves room for a clock that jumps."""


def _delete_expired(table: Table, column: str = "expires_ms") -> Statement:
    key = list(table.primary_key.columns)
    expired = (
        select(*key)
        .where(table.c[column] <= bindparam("before_ms"))
        .limit(literal_column(str(BATCH_ROWS)))
        # Several servers clear away at the same time, each what no other is at.
        .with_for_update(skip_locked=True)
    )
    return Statement(delete(table).where(tuple_(*key).in_(expired)))


_EXPIRED = [
    _delete_expired(table)
    for table in (
        auth_sessions,
        authorization_codes,
        browser_sessions,
        codes,
        recordings,
        refresh_tokens,
        sign_ins,
        spent_states,
        user_sessions,
    )
]
_OLD_ATTEMPTS = _delete_expired(attempts, "window_start_ms")
_OLD_FAILURES = _delete_expired(sign_in_failures, "last_failure_ms")
_OLD_EVENTS = _delete_expired(auth_events, "created_ms")


@read_committed
async def delete_expired(transaction: Transaction, now_ms: int) -> int:
    """Delete a bounded number of expired rows of each kind; returns how many.

    Small batches, so that the writer is never held up for long.
    """
    # Right however it interleaves: what has expired does not come back.
    deleted = await transaction.run(_OLD_ATTEMPTS, before_ms=now_ms - _ATTEMPTS_KEPT_MS)
    deleted += await transaction.run(_OLD_FAILURES, before_ms=now_ms - _ATTEMPTS_KEPT_MS)
    deleted += await transaction.run(_OLD_EVENTS, before_ms=now_ms - KEPT_MS)
    for statement in _EXPIRED:
        deleted += await transaction.run(statement, before_ms=now_ms)
    return deleted
