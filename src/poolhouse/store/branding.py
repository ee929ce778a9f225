"""Managed login styles: one per app client, with a settings document and images.

The pages ask :func:`of_client` and :func:`assets_of`; ``Branding.settings`` is what was
customized (complete it with :func:`poolhouse.domain.branding_settings.completed`), and an image is
served at ``StoredAsset.path``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import select

from poolhouse.domain.branding_assets import Asset
from poolhouse.domain.images import SUFFIXES
from poolhouse.errors import ManagedLoginBrandingExistsException, ResourceNotFoundException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.schema import branding_assets, managed_login_brandings
from poolhouse.store.statements import (
    Statement,
    by_keys,
    delete_by,
    insert_if_absent,
    insert_into,
    select_by,
    update_by,
)

_GET = select_by(managed_login_brandings, "pool_id", "branding_id")
_OF_CLIENT = select_by(managed_login_brandings, "pool_id", "client_id")
_INSERT = insert_if_absent(managed_login_brandings)
_UPDATE = update_by(
    managed_login_brandings, ("pool_id", "branding_id"), ("document", "modified_ms")
)
_DELETE = delete_by(managed_login_brandings, "pool_id", "branding_id")

_PLACES = tuple(column for column in branding_assets.c if column.name != "content")
_PLACES_OF = Statement(by_keys(select(*_PLACES), branding_assets, "pool_id", "branding_id"))
_ASSETS_OF = select_by(branding_assets, "pool_id", "branding_id")
_CONTENT = Statement(
    by_keys(
        select(branding_assets.c.extension, branding_assets.c.content),
        branding_assets,
        "pool_id",
        "branding_id",
        "digest",
    ).limit(1)
)
_INSERT_ASSET = insert_into(branding_assets)
_DELETE_ASSETS = delete_by(branding_assets, "pool_id", "branding_id")


@dataclass(frozen=True, slots=True)
class Branding:
    """One style; ``settings`` are only the customized ones."""

    pool_id: str
    id: str
    client_id: str
    created_ms: int
    modified_ms: int
    uses_provided_values: bool
    settings: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredAsset:
    """Where an image belongs and where it is served, without its bytes.

    ``category`` and ``color_mode`` (``LIGHT``, ``DARK``, ``DYNAMIC``) are those of ``AssetType``.
    """

    pool_id: str
    branding_id: str
    category: str
    color_mode: str
    resource_id: str
    kind: str
    digest: str

    @property
    def path(self) -> str:
        """From the server's root, the same at every host; another image has another path."""
        return f"/{self.pool_id}/{self.branding_id}/assets/{self.digest}.{SUFFIXES[self.kind]}"


def _branding(row: Row) -> Branding:
    pool_id, branding_id, client_id, document, created_ms, modified_ms = row
    return Branding(
        pool_id, branding_id, client_id, created_ms, modified_ms, **orjson.loads(document)
    )


def _document(branding: Branding) -> str:
    fields = {
        "uses_provided_values": branding.uses_provided_values,
        "settings": dict(branding.settings),
    }
    return orjson.dumps(fields).decode()


async def get(reader: Reader, pool_id: str, branding_id: str) -> Branding:
    """Raises :class:`ResourceNotFoundException`."""
    row = await reader.one(_GET, pool_id=pool_id, branding_id=branding_id)
    if row is None:
        raise _not_found(branding_id)
    return _branding(row)


async def of_client(reader: Reader, pool_id: str, client_id: str) -> Branding | None:
    """The style of an app client; a client without one has no managed login pages."""
    row = await reader.one(_OF_CLIENT, pool_id=pool_id, client_id=client_id)
    return None if row is None else _branding(row)


async def assets_of(reader: Reader, branding: Branding) -> tuple[StoredAsset, ...]:
    """Which images a style has, and where."""
    rows = await reader.all(_PLACES_OF, pool_id=branding.pool_id, branding_id=branding.id)
    return tuple(StoredAsset(*row) for row in rows)


async def whole_assets_of(reader: Reader, branding: Branding) -> tuple[Asset, ...]:
    """The images with their bytes."""
    rows = await reader.all(_ASSETS_OF, pool_id=branding.pool_id, branding_id=branding.id)
    return tuple(
        Asset(category, color_mode, kind, content, resource_id)
        for _, _, category, color_mode, resource_id, kind, _, content in rows
    )


async def asset_content(
    reader: Reader, pool_id: str, branding_id: str, digest: str
) -> tuple[str, bytes] | None:
    """Kind and bytes of the image of that digest."""
    row = await reader.one(_CONTENT, pool_id=pool_id, branding_id=branding_id, digest=digest)
    return None if row is None else (row[0], row[1])


async def insert(transaction: Transaction, branding: Branding, assets: Iterable[Asset]) -> None:
    """Raises :class:`ManagedLoginBrandingExistsException` when the client has a style."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=branding.pool_id,
        branding_id=branding.id,
        client_id=branding.client_id,
        document=_document(branding),
        created_ms=branding.created_ms,
        modified_ms=branding.modified_ms,
    )
    if not inserted:
        raise ManagedLoginBrandingExistsException(
            f"A managed login style exists for client {branding.client_id}."
        )
    await _replace_assets(transaction, branding, assets)


async def update(transaction: Transaction, branding: Branding, assets: Iterable[Asset]) -> None:
    """Replace settings and images. Raises :class:`ResourceNotFoundException`."""
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=branding.pool_id,
        key_branding_id=branding.id,
        document=_document(branding),
        modified_ms=branding.modified_ms,
    )
    if not touched:
        raise _not_found(branding.id)
    await _replace_assets(transaction, branding, assets)


async def delete(transaction: Transaction, pool_id: str, branding_id: str) -> None:
    """Raises :class:`ResourceNotFoundException`."""
    if not await transaction.run(_DELETE, pool_id=pool_id, branding_id=branding_id):
        raise _not_found(branding_id)
    await transaction.run(_DELETE_ASSETS, pool_id=pool_id, branding_id=branding_id)


async def delete_of_client(transaction: Transaction, pool_id: str, client_id: str) -> None:
    """With an app client goes its style, if it has one."""
    branding = await of_client(transaction, pool_id, client_id)
    if branding is not None:
        await delete(transaction, pool_id, branding.id)


async def _replace_assets(
    transaction: Transaction, branding: Branding, assets: Iterable[Asset]
) -> None:
    await transaction.run(_DELETE_ASSETS, pool_id=branding.pool_id, branding_id=branding.id)
    for asset in assets:
        await transaction.run(
            _INSERT_ASSET,
            pool_id=branding.pool_id,
            branding_id=branding.id,
            category=asset.category,
            color_mode=asset.color_mode,
            resource_id=asset.resource_id,
            extension=asset.kind,
            digest=hashlib.sha256(asset.content).hexdigest(),
            content=asset.content,
        )


def _not_found(branding_id: str) -> ResourceNotFoundException:
    return ResourceNotFoundException(f"ManagedLoginBranding {branding_id} does not exist")
