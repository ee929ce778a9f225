"""Identity providers, their secrets sealed; found by name or by one of their identifiers."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

import orjson
from sqlalchemy import bindparam, func, select

from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.provider_details import SECRETS
from poolhouse.domain.saml_metadata import SamlMetadata
from poolhouse.errors import (
    ConcurrentModificationException,
    DuplicateProviderException,
    InvalidParameterException,
    ResourceNotFoundException,
)
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.revisions import new_revision
from poolhouse.store.schema import identity_provider_identifiers as identifiers
from poolhouse.store.schema import identity_providers
from poolhouse.store.sealing import Sealer
from poolhouse.store.statements import (
    Statement,
    by_keys,
    delete_by,
    insert_if_absent,
    select_by,
    update_by,
)

_GET = select_by(identity_providers, "pool_id", "name")
_OF_POOL = select_by(identity_providers, "pool_id")
_NAMES = Statement(by_keys(select(identity_providers.c.name), identity_providers, "pool_id"))
_COUNT = Statement(
    by_keys(select(func.count()).select_from(identity_providers), identity_providers, "pool_id")
)
_PAGE = Statement(
    select(identity_providers)
    .where(
        identity_providers.c.pool_id == bindparam("pool_id"),
        identity_providers.c.name > bindparam("after"),
    )
    .order_by(identity_providers.c.name)
    .limit(bindparam("size"))
)
_INSERT = insert_if_absent(identity_providers)
_UPDATE = update_by(
    identity_providers,
    ("pool_id", "name", "revision"),
    ("document", "sealed_secrets", "revision", "modified_ms"),
)
_DELETE = delete_by(identity_providers, "pool_id", "name")

_BY_IDENTIFIER = select_by(identifiers, "pool_id", "identifier")
_INSERT_IDENTIFIER = insert_if_absent(identifiers)
_DELETE_IDENTIFIERS = delete_by(identifiers, "pool_id", "name")


def _purpose(pool_id: str, name: str) -> str:
    return f"identity provider {pool_id} {name}"


def _provider(sealer: Sealer, row: Row) -> IdentityProvider:
    pool_id, name, kind, document, sealed_secrets, revision, created_ms, modified_ms = row
    fields = orjson.loads(document)
    secrets = orjson.loads(sealer.unseal(sealed_secrets, _purpose(pool_id, name)))
    saml = fields["saml"]
    if saml is not None:
        saml = SamlMetadata(**{**saml, "certificates": tuple(saml["certificates"])})
    return IdentityProvider(
        pool_id=pool_id,
        name=name,
        kind=kind,
        details={**fields["details"], **secrets},
        mapping=fields["mapping"],
        identifiers=tuple(fields["identifiers"]),
        created_ms=created_ms,
        modified_ms=modified_ms,
        acr_mapping=fields["acr_mapping"],
        saml=saml,
        revision=revision,
    )


def _content(sealer: Sealer, provider: IdentityProvider) -> dict[str, Any]:
    details = dict(provider.details)
    secrets = {name: details.pop(name) for name in sorted(SECRETS & details.keys())}
    fields = {
        "details": details,
        "mapping": dict(provider.mapping),
        "identifiers": provider.identifiers,
        "acr_mapping": dict(provider.acr_mapping),
        "saml": None if provider.saml is None else asdict(provider.saml),
    }
    purpose = _purpose(provider.pool_id, provider.name)
    return {
        "document": orjson.dumps(fields).decode(),
        "sealed_secrets": sealer.seal(orjson.dumps(secrets), purpose),
        "revision": new_revision(),
        "modified_ms": provider.modified_ms,
    }


def _not_found(name: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"Identity provider {name} does not exist.")


async def find(reader: Reader, sealer: Sealer, pool_id: str, name: str) -> IdentityProvider | None:
    row = await reader.one(_GET, pool_id=pool_id, name=name)
    return None if row is None else _provider(sealer, row)


async def get(reader: Reader, sealer: Sealer, pool_id: str, name: str) -> IdentityProvider:
    """Raises :class:`ResourceNotFoundException`."""
    provider = await find(reader, sealer, pool_id, name)
    if provider is None:
        raise _not_found(name)
    return provider


async def get_by_identifier(
    reader: Reader, sealer: Sealer, pool_id: str, identifier: str
) -> IdentityProvider:
    """Raises :class:`ResourceNotFoundException`."""
    row = await reader.one(_BY_IDENTIFIER, pool_id=pool_id, identifier=identifier)
    if row is None:
        raise _not_found(identifier)
    return await get(reader, sealer, pool_id, row[2])


async def of_pool(reader: Reader, sealer: Sealer, pool_id: str) -> dict[str, IdentityProvider]:
    """All of a pool's providers by name; a quota keeps them few."""
    rows = await reader.all(_OF_POOL, pool_id=pool_id)
    return {row[1]: _provider(sealer, row) for row in rows}


async def names(reader: Reader, pool_id: str) -> frozenset[str]:
    return frozenset(row[0] for row in await reader.all(_NAMES, pool_id=pool_id))


async def count(reader: Reader, pool_id: str) -> int:
    row = await reader.one(_COUNT, pool_id=pool_id)
    return int(row[0]) if row else 0


async def list_page(
    reader: Reader, sealer: Sealer, pool_id: str, *, after: str = "", size: int
) -> Page[IdentityProvider]:
    """Providers by name, from the one behind ``after``."""
    rows = await reader.all(_PAGE, pool_id=pool_id, after=after, size=size + 1)
    return cut([_provider(sealer, row) for row in rows], size, lambda each: (each.name,))


async def insert(transaction: Transaction, sealer: Sealer, provider: IdentityProvider) -> None:
    """Raises :class:`DuplicateProviderException`, and :class:`InvalidParameterException` for an
    identifier that another provider has.
    """
    inserted = await transaction.run(
        _INSERT,
        pool_id=provider.pool_id,
        name=provider.name,
        kind=provider.kind,
        created_ms=provider.created_ms,
        **_content(sealer, provider),
    )
    if not inserted:
        raise DuplicateProviderException(
            f"A provider with the name {provider.name} already exists in the user pool."
        )
    await _claim_identifiers(transaction, provider)


async def update(
    transaction: Transaction, sealer: Sealer, provider: IdentityProvider
) -> IdentityProvider:
    """Replace a provider that is still as it was read.

    Raises :class:`ConcurrentModificationException` when it is not,
    :class:`ResourceNotFoundException` when it is gone, and :class:`InvalidParameterException` for
    an identifier that another provider has.
    """
    content = _content(sealer, provider)
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=provider.pool_id,
        key_name=provider.name,
        key_revision=provider.revision,
        **content,
    )
    if not touched:
        if await transaction.one(_GET, pool_id=provider.pool_id, name=provider.name) is None:
            raise _not_found(provider.name)
        raise ConcurrentModificationException(
            f"Identity provider {provider.name} was changed at the same time."
        )
    await transaction.run(_DELETE_IDENTIFIERS, pool_id=provider.pool_id, name=provider.name)
    await _claim_identifiers(transaction, provider)
    return replace(provider, revision=content["revision"])


async def delete(transaction: Transaction, pool_id: str, name: str) -> None:
    """Raises :class:`ResourceNotFoundException`. Clients may still name it until they change."""
    if not await transaction.run(_DELETE, pool_id=pool_id, name=name):
        raise _not_found(name)
    await transaction.run(_DELETE_IDENTIFIERS, pool_id=pool_id, name=name)


async def _claim_identifiers(transaction: Transaction, provider: IdentityProvider) -> None:
    for position, identifier in enumerate(provider.identifiers):
        if not await transaction.run(
            _INSERT_IDENTIFIER,
            pool_id=provider.pool_id,
            identifier=identifier,
            name=provider.name,
            position=position,
        ):
            raise InvalidParameterException(
                f"The identifier {identifier} is used by another provider of the user pool."
            )
