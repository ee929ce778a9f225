"""Domains: the names under which a pool's OAuth endpoints and pages are reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from poolhouse.errors import InvalidParameterException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.schema import domains
from poolhouse.store.statements import delete_by, insert_if_absent, select_by, update_by

_BY_NAME = select_by(domains, "domain")
_OF_POOL = select_by(domains, "pool_id")
_INSERT = insert_if_absent(domains)
_UPDATE = update_by(domains, ("pool_id", "domain"), ("document",))
_DELETE = delete_by(domains, "pool_id", "domain")


@dataclass(frozen=True, slots=True)
class Domain:
    """One domain. ``custom`` is the CustomDomainConfig, and None for a prefix of the service.

    ``version`` names the configuration in force (``YYYYMMDDhhmmss``); ``routing`` is echoed only.
    """

    pool_id: str
    name: str
    created_ms: int
    version: str
    managed_login_version: int = 1
    custom: Mapping[str, Any] | None = None
    routing: Mapping[str, Any] | None = None


def _domain(row: Row) -> Domain:
    pool_id, name, document, created_ms = row
    return Domain(pool_id, name, created_ms, **orjson.loads(document))


def _document(domain: Domain) -> str:
    fields = {
        "version": domain.version,
        "managed_login_version": domain.managed_login_version,
        "custom": domain.custom,
        "routing": domain.routing,
    }
    return orjson.dumps(fields).decode()


async def find_by_name(reader: Reader, name: str) -> Domain | None:
    """The domain of that name, in whichever pool: ``domain.pool_id``."""
    row = await reader.one(_BY_NAME, domain=name)
    return None if row is None else _domain(row)


async def get(reader: Reader, pool_id: str, name: str) -> Domain:
    """Raises :class:`InvalidParameterException`, in words that Terraform looks for."""
    domain = await find_by_name(reader, name)
    if domain is None or domain.pool_id != pool_id:
        raise InvalidParameterException("No such domain or user pool exists.")
    return domain


async def of_pool(reader: Reader, pool_id: str) -> tuple[Domain, ...]:
    """At most one prefix and one custom domain."""
    return tuple(_domain(row) for row in await reader.all(_OF_POOL, pool_id=pool_id))


async def insert(transaction: Transaction, domain: Domain) -> None:
    """Raises :class:`InvalidParameterException` when the name is taken, by whichever pool."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=domain.pool_id,
        domain=domain.name,
        document=_document(domain),
        created_ms=domain.created_ms,
    )
    if not inserted:
        raise InvalidParameterException("Domain already associated with another user pool")


async def update(transaction: Transaction, domain: Domain) -> None:
    """Replace what the document holds."""
    await transaction.run(
        _UPDATE,
        key_pool_id=domain.pool_id,
        key_domain=domain.name,
        document=_document(domain),
    )


async def delete(transaction: Transaction, domain: Domain) -> None:
    await transaction.run(_DELETE, pool_id=domain.pool_id, domain=domain.name)
