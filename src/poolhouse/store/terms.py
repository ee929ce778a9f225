"""Terms documents of app clients. The pages ask :func:`of_client`."""

from __future__ import annotations

import orjson
from sqlalchemy import bindparam, select

from poolhouse.domain.terms import Terms
from poolhouse.errors import ResourceNotFoundException, TermsExistsException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.schema import terms
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_if_absent,
    select_by,
    update_by,
)

_GET = select_by(terms, "pool_id", "terms_id")
_BY_NAME = select_by(terms, "pool_id", "client_id", "name")
_OF_CLIENT = select_by(terms, "pool_id", "client_id")
_INSERT = insert_if_absent(terms)
_UPDATE = update_by(terms, ("pool_id", "terms_id"), ("name", "document", "modified_ms"))
_DELETE = delete_by(terms, "pool_id", "terms_id")
_DELETE_OF_CLIENT = delete_by(terms, "pool_id", "client_id")
_PAGE = Statement(
    select(terms)
    .where(terms.c.pool_id == bindparam("pool_id"), terms.c.terms_id > bindparam("after"))
    .order_by(terms.c.terms_id)
    .limit(bindparam("size"))
)


def _terms(row: Row) -> Terms:
    pool_id, terms_id, client_id, name, document, created_ms, modified_ms = row
    fields = orjson.loads(document)
    return Terms(
        pool_id,
        terms_id,
        client_id,
        name,
        fields["links"],
        created_ms,
        modified_ms,
        fields["source"],
        fields["enforcement"],
    )


def _document(document: Terms) -> str:
    fields = {
        "links": dict(document.links),
        "source": document.source,
        "enforcement": document.enforcement,
    }
    return orjson.dumps(fields).decode()


async def get(reader: Reader, pool_id: str, terms_id: str) -> Terms:
    """Raises :class:`ResourceNotFoundException`."""
    row = await reader.one(_GET, pool_id=pool_id, terms_id=terms_id)
    if row is None:
        raise _not_found(terms_id)
    return _terms(row)


async def get_by_name(reader: Reader, pool_id: str, client_id: str, name: str) -> Terms:
    """Raises :class:`ResourceNotFoundException`."""
    row = await reader.one(_BY_NAME, pool_id=pool_id, client_id=client_id, name=name)
    if row is None:
        raise ResourceNotFoundException(f"Terms {name} do not exist for client {client_id}.")
    return _terms(row)


async def of_client(reader: Reader, pool_id: str, client_id: str) -> dict[str, Terms]:
    """A client's documents by name; pages show them only when it has both kinds."""
    rows = await reader.all(_OF_CLIENT, pool_id=pool_id, client_id=client_id)
    return {document.name: document for document in map(_terms, rows)}


async def list_page(reader: Reader, pool_id: str, *, after: str = "", size: int) -> Page[Terms]:
    """A pool's documents by id, from the one behind ``after``."""
    rows = await reader.all(_PAGE, pool_id=pool_id, after=after, size=size + 1)
    return cut([_terms(row) for row in rows], size, lambda document: (document.id,))


async def insert(transaction: Transaction, document: Terms) -> None:
    """Raises :class:`TermsExistsException` when the client has a document of that name."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=document.pool_id,
        terms_id=document.id,
        client_id=document.client_id,
        name=document.name,
        document=_document(document),
        created_ms=document.created_ms,
        modified_ms=document.modified_ms,
    )
    if not inserted:
        raise _exists(document)


async def update(transaction: Transaction, document: Terms) -> None:
    """Raises :class:`ResourceNotFoundException` and :class:`TermsExistsException`."""
    row = await transaction.one(
        _BY_NAME, pool_id=document.pool_id, client_id=document.client_id, name=document.name
    )
    if row is not None and _terms(row).id != document.id:
        raise _exists(document)
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=document.pool_id,
        key_terms_id=document.id,
        name=document.name,
        document=_document(document),
        modified_ms=document.modified_ms,
    )
    if not touched:
        raise _not_found(document.id)


async def delete(transaction: Transaction, pool_id: str, terms_id: str) -> None:
    """Raises :class:`ResourceNotFoundException`."""
    if not await transaction.run(_DELETE, pool_id=pool_id, terms_id=terms_id):
        raise _not_found(terms_id)


async def delete_of_client(transaction: Transaction, pool_id: str, client_id: str) -> None:
    await transaction.run(_DELETE_OF_CLIENT, pool_id=pool_id, client_id=client_id)


def _not_found(terms_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Terms {terms_id} do not exist.")


def _exists(document: Terms) -> TermsExistsException:
    return TermsExistsException(
        f"Terms {document.name} already exist for client {document.client_id}."
    )
