"""Resource servers and the scopes they define."""

from __future__ import annotations

import orjson
from sqlalchemy import bindparam, func, select

from poolhouse.domain.records import ResourceServer
from poolhouse.errors import InvalidParameterException, ResourceNotFoundException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.revisions import Kept
from poolhouse.store.schema import resource_servers
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_if_absent,
    select_by,
    update_by,
)

_GET = select_by(resource_servers, "pool_id", "identifier")
_OF_POOL = select_by(resource_servers, "pool_id")
_INSERT = insert_if_absent(resource_servers)
_UPDATE = update_by(resource_servers, ("pool_id", "identifier"), ("document",))
_DELETE = delete_by(resource_servers, "pool_id", "identifier")
_COUNT = Statement(
    select(func.count())
    .select_from(resource_servers)
    .where(resource_servers.c.pool_id == bindparam("pool_id"))
)
_PAGE = Statement(
    select(resource_servers)
    .where(
        resource_servers.c.pool_id == bindparam("pool_id"),
        resource_servers.c.identifier > bindparam("after"),
    )
    .order_by(resource_servers.c.identifier)
    .limit(bindparam("size"))
)

_NO_REVISION = 0
_kept: Kept[ResourceServer] = Kept(4096)


def _resource_server(row: Row) -> ResourceServer:
    pool_id, identifier, document = row
    fields = orjson.loads(document)
    return ResourceServer(pool_id, identifier, fields["name"], fields["scopes"])


def _document(server: ResourceServer) -> str:
    return orjson.dumps({"name": server.name, "scopes": dict(server.scopes)}).decode()


def _not_found(identifier: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Resource server {identifier} does not exist.")


async def find(reader: Reader, pool_id: str, identifier: str) -> ResourceServer | None:
    key = f"{pool_id} {identifier}"
    current = _kept.current(key, reader)
    if current is not None:
        return current
    state = reader.state()
    row = await reader.one(_GET, pool_id=pool_id, identifier=identifier)
    if row is None:
        return None
    server = _resource_server(row)
    if state is not None:
        _kept.keep(key, _NO_REVISION, server, state)
    return server


async def get(reader: Reader, pool_id: str, identifier: str) -> ResourceServer:
    """Raises :class:`ResourceNotFoundException`."""
    server = await find(reader, pool_id, identifier)
    if server is None:
        raise _not_found(identifier)
    return server


async def of_pool(reader: Reader, pool_id: str) -> tuple[ResourceServer, ...]:
    """All of a pool's resource servers; a quota keeps them few."""
    return tuple(_resource_server(row) for row in await reader.all(_OF_POOL, pool_id=pool_id))


async def scope_exists(reader: Reader, pool_id: str, scope: str) -> bool:
    """Whether ``IDENTIFIER/NAME`` is a scope of the pool. Identifiers may hold slashes."""
    identifier, slash, name = scope.rpartition("/")
    if not slash:
        return False
    server = await find(reader, pool_id, identifier)
    return server is not None and name in server.scopes


async def count(reader: Reader, pool_id: str) -> int:
    row = await reader.one(_COUNT, pool_id=pool_id)
    return int(row[0]) if row else 0


async def insert(transaction: Transaction, server: ResourceServer) -> None:
    """Raises :class:`InvalidParameterException` when the identifier is taken."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=server.pool_id,
        identifier=server.identifier,
        document=_document(server),
    )
    if not inserted:
        raise InvalidParameterException(
            f"{server.identifier} already exists in user pool {server.pool_id}."
        )


async def update(transaction: Transaction, server: ResourceServer) -> None:
    """Replace name and scopes. Raises :class:`ResourceNotFoundException`."""
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=server.pool_id,
        key_identifier=server.identifier,
        document=_document(server),
    )
    if not touched:
        raise _not_found(server.identifier)


async def delete(transaction: Transaction, pool_id: str, identifier: str) -> None:
    """Raises :class:`ResourceNotFoundException`."""
    if not await transaction.run(_DELETE, pool_id=pool_id, identifier=identifier):
        raise _not_found(identifier)


async def list_page(
    reader: Reader, pool_id: str, *, after: str = "", size: int
) -> Page[ResourceServer]:
    """Resource servers by identifier, from the one behind ``after``."""
    rows = await reader.all(_PAGE, pool_id=pool_id, after=after, size=size + 1)
    return cut([_resource_server(row) for row in rows], size, lambda server: (server.identifier,))
