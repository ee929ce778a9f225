"""Replicas of user pools: records of other regions."""

from __future__ import annotations

import orjson
from sqlalchemy import bindparam, select

from poolhouse.domain.replicas import Replica
from poolhouse.errors import InvalidParameterException, ResourceNotFoundException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.schema import user_pool_replicas
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_if_absent,
    select_by,
    update_by,
)

_GET = select_by(user_pool_replicas, "pool_id", "region")
_BETWEEN = Statement(
    select(user_pool_replicas.c.pool_id, user_pool_replicas.c.region)
    .where(
        user_pool_replicas.c.pool_id >= bindparam("first"),
        user_pool_replicas.c.pool_id <= bindparam("last"),
    )
    .order_by(user_pool_replicas.c.pool_id, user_pool_replicas.c.region)
)
_INSERT = insert_if_absent(user_pool_replicas)
_UPDATE = update_by(user_pool_replicas, ("pool_id", "region"), ("status", "document"))
_DELETE = delete_by(user_pool_replicas, "pool_id", "region")
_PAGE = Statement(
    select(user_pool_replicas)
    .where(
        user_pool_replicas.c.pool_id == bindparam("pool_id"),
        user_pool_replicas.c.region > bindparam("after"),
    )
    .order_by(user_pool_replicas.c.region)
    .limit(bindparam("size"))
)


def _replica(row: Row) -> Replica:
    pool_id, region, status, document, created_ms = row
    return Replica(pool_id, region, status, created_ms, orjson.loads(document)["tags"])


def _document(replica: Replica) -> str:
    return orjson.dumps({"tags": dict(replica.tags)}).decode()


def _not_found(replica_region: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"There is no replica in {replica_region}.")


async def get(reader: Reader, pool_id: str, region: str) -> Replica:
    """Raises :class:`ResourceNotFoundException`."""
    row = await reader.one(_GET, pool_id=pool_id, region=region)
    if row is None:
        raise _not_found(region)
    return _replica(row)


async def regions_between(reader: Reader, first: str, last: str) -> dict[str, list[str]]:
    """The regions of replicas, by pool, for the pools of a page: those with ids in between."""
    regions: dict[str, list[str]] = {}
    for pool_id, region in await reader.all(_BETWEEN, first=first, last=last):
        regions.setdefault(pool_id, []).append(region)
    return regions


async def list_page(reader: Reader, pool_id: str, *, after: str, size: int) -> Page[Replica]:
    """Replicas by region, from the one behind ``after``."""
    rows = await reader.all(_PAGE, pool_id=pool_id, after=after, size=size + 1)
    return cut([_replica(row) for row in rows], size, lambda replica: (replica.region,))


async def insert(transaction: Transaction, replica: Replica) -> None:
    """Raises :class:`InvalidParameterException` when the region has a replica."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=replica.pool_id,
        region=replica.region,
        status=replica.status,
        document=_document(replica),
        created_ms=replica.created_ms,
    )
    if not inserted:
        raise InvalidParameterException(
            f"User pool {replica.pool_id} has a replica in {replica.region} already."
        )


async def update(transaction: Transaction, replica: Replica) -> None:
    """Replace state and tags. Raises :class:`ResourceNotFoundException`."""
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=replica.pool_id,
        key_region=replica.region,
        status=replica.status,
        document=_document(replica),
    )
    if not touched:
        raise _not_found(replica.region)


async def delete(transaction: Transaction, pool_id: str, region: str) -> None:
    await transaction.run(_DELETE, pool_id=pool_id, region=region)
