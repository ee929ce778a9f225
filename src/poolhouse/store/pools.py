"""User pools: one document of settings each, parsed once per change and process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select

from poolhouse.domain import pool_settings, user_counts
from poolhouse.domain.records import UserPool
from poolhouse.errors import ConcurrentModificationException, ResourceNotFoundException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.revisions import Kept, new_revision
from poolhouse.store.schema import audit_blocks, metadata, user_pools, users
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_into,
    select_by,
    update_by,
)

_REVISION = Statement(
    select(user_pools.c.revision).where(user_pools.c.pool_id == bindparam("pool_id"))
)
_GET = select_by(user_pools, "pool_id")
_INSERT = insert_into(user_pools)
_UPDATE = update_by(user_pools, ("pool_id", "revision"), ("document", "revision", "modified_ms"))
_DELETE_EVERYTHING = [
    delete_by(table, "pool_id")
    for table in metadata.sorted_tables
    # Who deletes a pool must not thereby delete the record of what they did with it.
    if "pool_id" in table.c and table is not audit_blocks
]
_PAGE = Statement(
    select(user_pools)
    .where(
        user_pools.c.region == bindparam("region"),
        user_pools.c.pool_id > bindparam("after"),
    )
    .order_by(user_pools.c.pool_id)
    .limit(bindparam("size"))
)
_USERS = Statement(
    select(func.count()).select_from(users).where(users.c.pool_id == bindparam("pool_id"))
)
_SUB_BEHIND = Statement(
    select(users.c.sub)
    .where(users.c.pool_id == bindparam("pool_id"))
    .order_by(users.c.sub)
    .limit(1)
    .offset(bindparam("number"))
)

_kept: Kept[UserPool] = Kept(512)


def _pool(row: Row) -> UserPool:
    pool_id, region, document, revision, created_ms, modified_ms = row
    kept = _kept.find(pool_id, revision)
    if kept is not None:
        return kept
    fields = orjson.loads(document)
    pool = replace(
        pool_settings.record(pool_id, region, created_ms, modified_ms, fields["settings"]),
        mfa=fields["mfa"],
        user_sessions=fields.get("user_sessions", {}),
        revision=revision,
    )
    _kept.keep(pool_id, revision, pool)
    return pool


def _document(
    settings: Mapping[str, Any], mfa: Mapping[str, Any], user_sessions: Mapping[str, Any]
) -> str:
    return orjson.dumps(
        {"settings": dict(settings), "mfa": dict(mfa), "user_sessions": dict(user_sessions)}
    ).decode()


async def find(reader: Reader, pool_id: str) -> UserPool | None:
    current = _kept.current(pool_id, reader)
    if current is not None:
        return current
    state = reader.state()
    row = await reader.one(_REVISION, pool_id=pool_id)
    if row is None:
        return None
    kept = _kept.find(pool_id, row[0], state)
    if kept is not None:
        return kept
    row = await reader.one(_GET, pool_id=pool_id)
    return None if row is None else _pool(row)


async def get(reader: Reader, pool_id: str) -> UserPool:
    """Raises :class:`ResourceNotFoundException`."""
    pool = await find(reader, pool_id)
    if pool is None:
        raise _not_found(pool_id)
    return pool


def _not_found(pool_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"User pool {pool_id} does not exist.")


async def insert(transaction: Transaction, pool: UserPool) -> None:
    await transaction.run(
        _INSERT,
        pool_id=pool.id,
        region=pool.region,
        document=_document(pool.settings, pool.mfa, pool.user_sessions),
        revision=new_revision(),
        created_ms=pool.created_ms,
        modified_ms=pool.modified_ms,
    )


async def update(
    transaction: Transaction,
    pool: UserPool,
    *,
    settings: Mapping[str, Any],
    modified_ms: int,
    mfa: Mapping[str, Any] | None = None,
    user_sessions: Mapping[str, Any] | None = None,
) -> None:
    """Replace the settings (and factor blocks, and session configuration) of a pool that is still
    as it was read.

    Raises :class:`ConcurrentModificationException` when it is not (its wording is ours), and
    :class:`ResourceNotFoundException` when it is gone.
    """
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=pool.id,
        key_revision=pool.revision,
        document=_document(
            settings,
            pool.mfa if mfa is None else mfa,
            pool.user_sessions if user_sessions is None else user_sessions,
        ),
        revision=new_revision(),
        modified_ms=modified_ms,
    )
    if touched:
        return
    if await transaction.one(_REVISION, pool_id=pool.id) is None:
        raise _not_found(pool.id)
    raise ConcurrentModificationException(f"User pool {pool.id} was changed at the same time.")


async def delete(transaction: Transaction, pool_id: str) -> None:
    """Remove a pool and everything in it. Raises :class:`ResourceNotFoundException`."""
    if await transaction.one(_REVISION, pool_id=pool_id) is None:
        raise _not_found(pool_id)
    for statement in _DELETE_EVERYTHING:
        await transaction.run(statement, pool_id=pool_id)


async def list_page(
    reader: Reader, region: str, *, after: str | None = None, size: int
) -> Page[UserPool]:
    """The pools of a region by id, from the one behind ``after``."""
    first = f"{region}_"  # what every id of the region begins with, and sorts behind
    rows = await reader.all(_PAGE, region=region, after=after or first, size=size + 1)
    return cut([_pool(row) for row in rows], size, lambda pool: (pool.id,))


async def count_users(reader: Reader, pool_id: str) -> int:
    """How many users a pool has: exact up to a thousand, then an estimate that is as fast.

    Subs are random, so that a thousand of them say how densely they lie: by some 3 % wrong (one
    standard deviation, 1/sqrt(1000)).
    """
    behind = await reader.one(_SUB_BEHIND, pool_id=pool_id, number=user_counts.SAMPLE)
    if behind is not None:
        return user_counts.estimate(str(behind[0]))
    row = await reader.one(_USERS, pool_id=pool_id)
    return int(row[0]) if row else 0
