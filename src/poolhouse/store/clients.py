"""App clients and their secrets: parsed and opened once per change and process.

A client's secrets are sealed, each bound to its place; opening one costs more than everything
else in a read, so opened secrets are kept with the parsed record. Adding or removing a secret
therefore changes the client's revision. Reading takes the house's sealer along for that reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select

from poolhouse.domain import client_settings
from poolhouse.domain.records import AppClient
from poolhouse.errors import ConcurrentModificationException, ResourceNotFoundException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.revisions import Kept, new_revision
from poolhouse.store.schema import app_clients, client_secrets, client_session_configurations
from poolhouse.store.sealing import Sealer
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_into,
    select_by,
    update_by,
)

_REVISION = Statement(
    select(app_clients.c.revision).where(
        app_clients.c.pool_id == bindparam("pool_id"),
        app_clients.c.client_id == bindparam("client_id"),
    )
)
_PLACE = Statement(
    select(app_clients.c.pool_id, app_clients.c.revision).where(
        app_clients.c.client_id == bindparam("client_id")
    )
)
_GET = select_by(app_clients, "pool_id", "client_id")
_INSERT = insert_into(app_clients)
_UPDATE = update_by(
    app_clients, ("pool_id", "client_id", "revision"), ("document", "revision", "modified_ms")
)
_TOUCH = update_by(app_clients, ("pool_id", "client_id"), ("revision", "modified_ms"))
_DELETE = delete_by(app_clients, "pool_id", "client_id")
_COUNT = Statement(
    select(func.count())
    .select_from(app_clients)
    .where(app_clients.c.pool_id == bindparam("pool_id"))
)
_PAGE = Statement(
    select(app_clients.c.client_id, app_clients.c.document)
    .where(
        app_clients.c.pool_id == bindparam("pool_id"),
        app_clients.c.client_id > bindparam("after"),
    )
    .order_by(app_clients.c.client_id)
    .limit(bindparam("size"))
)
_SECRETS = Statement(
    select(client_secrets)
    .where(
        client_secrets.c.pool_id == bindparam("pool_id"),
        client_secrets.c.client_id == bindparam("client_id"),
    )
    .order_by(client_secrets.c.created_ms, client_secrets.c.secret_id)
)
_INSERT_SECRET = insert_into(client_secrets)
_DELETE_SECRET = delete_by(client_secrets, "pool_id", "client_id", "secret_id")
_DELETE_SECRETS = delete_by(client_secrets, "pool_id", "client_id")
_DELETE_SESSION_CONFIGURATION = delete_by(client_session_configurations, "pool_id", "client_id")

_kept: Kept[AppClient] = Kept(4096)


@dataclass(frozen=True, slots=True)
class StoredSecret:
    """One secret of a client as it is kept: sealed."""

    pool_id: str
    client_id: str
    secret_id: str
    sealed_secret: bytes
    created_ms: int


@dataclass(frozen=True, slots=True)
class ClientName:
    """What a list of clients tells of each."""

    client_id: str
    name: str


def _not_found(client_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"User pool client {client_id} does not exist.")


async def get(reader: Reader, sealer: Sealer, pool_id: str, client_id: str) -> AppClient:
    """Raises :class:`ResourceNotFoundException`."""
    current = _kept.current(client_id, reader)
    if current is not None and current.pool_id == pool_id:
        return current
    state = reader.state()
    row = await reader.one(_REVISION, pool_id=pool_id, client_id=client_id)
    if row is None:
        raise _not_found(client_id)
    kept = _kept.find(client_id, row[0], state)
    return kept if kept is not None else await _read(reader, sealer, pool_id, client_id)


async def get_by_id(reader: Reader, sealer: Sealer, client_id: str) -> AppClient:
    """The client of that id, in whichever pool. Raises :class:`ResourceNotFoundException`."""
    current = _kept.current(client_id, reader)
    if current is not None:
        return current
    state = reader.state()
    row = await reader.one(_PLACE, client_id=client_id)
    if row is None:
        raise _not_found(client_id)
    kept = _kept.find(client_id, row[1], state)
    return kept if kept is not None else await _read(reader, sealer, row[0], client_id)


async def _read(reader: Reader, sealer: Sealer, pool_id: str, client_id: str) -> AppClient:
    row = await reader.one(_GET, pool_id=pool_id, client_id=client_id)
    if row is None:
        raise _not_found(client_id)
    secrets = tuple(
        open_secret(sealer, stored) for stored in await secrets_of(reader, pool_id, client_id)
    )
    client = _client(row, secrets)
    # Another process may have written between the two reads above: secrets of one revision must
    # not be kept under another.
    again = await reader.one(_REVISION, pool_id=pool_id, client_id=client_id)
    if again is not None and again[0] == client.revision:
        _kept.keep(client_id, client.revision, client)
    return client


def _client(row: Row, secrets: tuple[str, ...]) -> AppClient:
    pool_id, client_id, document, revision, created_ms, modified_ms = row
    return replace(
        client_settings.record(
            client_id, pool_id, created_ms, modified_ms, orjson.loads(document), secrets
        ),
        revision=revision,
    )


def _document(settings: Mapping[str, Any]) -> str:
    return orjson.dumps(dict(settings)).decode()


async def count(reader: Reader, pool_id: str) -> int:
    row = await reader.one(_COUNT, pool_id=pool_id)
    return int(row[0]) if row else 0


async def insert(transaction: Transaction, client: AppClient) -> None:
    """Write a new client. Its secrets are written by :func:`insert_secret`."""
    await transaction.run(
        _INSERT,
        pool_id=client.pool_id,
        client_id=client.id,
        document=_document(client.settings),
        revision=new_revision(),
        created_ms=client.created_ms,
        modified_ms=client.modified_ms,
    )


async def update(
    transaction: Transaction,
    client: AppClient,
    *,
    settings: Mapping[str, Any],
    modified_ms: int,
) -> None:
    """Replace the settings of a client that is still as it was read.

    Raises :class:`ConcurrentModificationException` when it is not (its wording is ours), and
    :class:`ResourceNotFoundException` when it is gone.
    """
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=client.pool_id,
        key_client_id=client.id,
        key_revision=client.revision,
        document=_document(settings),
        revision=new_revision(),
        modified_ms=modified_ms,
    )
    if touched:
        return
    if await transaction.one(_REVISION, pool_id=client.pool_id, client_id=client.id) is None:
        raise _not_found(client.id)
    raise ConcurrentModificationException(
        f"User pool client {client.id} was changed at the same time."
    )


async def delete(transaction: Transaction, pool_id: str, client_id: str) -> None:
    """Remove a client and its secrets. Raises :class:`ResourceNotFoundException`."""
    if not await transaction.run(_DELETE, pool_id=pool_id, client_id=client_id):
        raise _not_found(client_id)
    await transaction.run(_DELETE_SECRETS, pool_id=pool_id, client_id=client_id)
    await transaction.run(_DELETE_SESSION_CONFIGURATION, pool_id=pool_id, client_id=client_id)


async def list_page(
    reader: Reader, pool_id: str, *, after: str = "", size: int, registered: bool | None = None
) -> Page[ClientName]:
    """Ids and names, by id, from the one behind ``after``.

    ``registered`` picks clients that registered themselves, or the others; None takes all.
    """
    names: list[ClientName] = []
    while len(names) <= size:
        rows = await reader.all(_PAGE, pool_id=pool_id, after=after, size=size + 1)
        for client_id, text in rows:
            document = orjson.loads(text)
            if registered in (None, document.get("ClientType") == "DCR"):
                names.append(ClientName(client_id, document["ClientName"]))
        if len(rows) <= size:
            break
        after = rows[-1][0]
    return cut(names[: size + 1], size, lambda client: (client.client_id,))


async def secrets_of(reader: Reader, pool_id: str, client_id: str) -> tuple[StoredSecret, ...]:
    """A client's secrets, the oldest first."""
    rows = await reader.all(_SECRETS, pool_id=pool_id, client_id=client_id)
    return tuple(StoredSecret(*row) for row in rows)


def seal_secret(
    sealer: Sealer, *, pool_id: str, client_id: str, secret_id: str, secret: str, now_ms: int
) -> StoredSecret:
    sealed = sealer.seal(secret.encode(), _purpose(pool_id, client_id, secret_id))
    return StoredSecret(pool_id, client_id, secret_id, sealed, now_ms)


def open_secret(sealer: Sealer, stored: StoredSecret) -> str:
    """Raises :class:`poolhouse.store.sealing.SealBroken`."""
    purpose = _purpose(stored.pool_id, stored.client_id, stored.secret_id)
    return sealer.unseal(stored.sealed_secret, purpose).decode()


def _purpose(pool_id: str, client_id: str, secret_id: str) -> str:
    return f"client secret {pool_id} {client_id} {secret_id}"


async def insert_secret(transaction: Transaction, stored: StoredSecret) -> None:
    await transaction.run(
        _INSERT_SECRET,
        pool_id=stored.pool_id,
        client_id=stored.client_id,
        secret_id=stored.secret_id,
        sealed_secret=stored.sealed_secret,
        created_ms=stored.created_ms,
    )
    await _touch(transaction, stored.pool_id, stored.client_id, stored.created_ms)


async def delete_secret(
    transaction: Transaction, pool_id: str, client_id: str, secret_id: str, now_ms: int
) -> bool:
    """Whether there was such a secret."""
    deleted = await transaction.run(
        _DELETE_SECRET, pool_id=pool_id, client_id=client_id, secret_id=secret_id
    )
    await _touch(transaction, pool_id, client_id, now_ms)
    return deleted == 1


async def _touch(transaction: Transaction, pool_id: str, client_id: str, modified_ms: int) -> None:
    await transaction.run(
        _TOUCH,
        key_pool_id=pool_id,
        key_client_id=client_id,
        revision=new_revision(),
        modified_ms=modified_ms,
    )
