"""Classic styles (UI customization): CSS and a logo, for one client or for all of a pool.

The pages ask :func:`in_force`; the logo is served at ``image_path``.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from poolhouse.domain.classic_style import ALL_CLIENTS
from poolhouse.domain.images import SUFFIXES
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.schema import ui_customizations
from poolhouse.store.statements import (
    Statement,
    by_keys,
    delete_by,
    insert_if_absent,
    select_by,
    update_by,
)

_COLUMNS = tuple(column for column in ui_customizations.c if column.name != "image")
_FIND = Statement(by_keys(select(*_COLUMNS), ui_customizations, "pool_id", "client_id"))
_FIND_WHOLE = select_by(ui_customizations, "pool_id", "client_id")
_INSERT = insert_if_absent(ui_customizations)
_UPDATE = update_by(
    ui_customizations,
    ("pool_id", "client_id"),
    ("css", "css_version", "image", "image_type", "modified_ms"),
)
_DELETE = delete_by(ui_customizations, "pool_id", "client_id")


@dataclass(frozen=True, slots=True)
class ClassicStyle:
    """``css`` is checked and may be linked as it is; ``image_type`` is ``PNG``, ``JPEG`` or None.

    ``client_id`` is ``ALL`` for the style of every client without one; ``css_version``
    (``YYYYMMDDhhmmss``) changes with every change.
    """

    pool_id: str
    client_id: str
    css: str | None
    css_version: str
    image_type: str | None
    created_ms: int
    modified_ms: int

    @property
    def image_path(self) -> str | None:
        """Where the logo is, from the server's root: the same at every host of the pool."""
        if self.image_type is None:
            return None
        place = f"/{self.pool_id}/{self.client_id}/{self.css_version}"
        return f"{place}/assets/images/image.{SUFFIXES[self.image_type]}"


async def find(reader: Reader, pool_id: str, client_id: str) -> ClassicStyle | None:
    """The style set for exactly that client, or for ``ALL``."""
    row = await reader.one(_FIND, pool_id=pool_id, client_id=client_id)
    return None if row is None else ClassicStyle(*row)


async def in_force(reader: Reader, pool_id: str, client_id: str) -> ClassicStyle | None:
    """What the classic pages of a client look like: its own style, or else the pool's."""
    own = await find(reader, pool_id, client_id)
    return own if own is not None else await find(reader, pool_id, ALL_CLIENTS)


async def image(reader: Reader, pool_id: str, client_id: str) -> tuple[str, str, bytes] | None:
    """The logo: the version it belongs to, its kind, its bytes."""
    row: Row | None = await reader.one(_FIND_WHOLE, pool_id=pool_id, client_id=client_id)
    if row is None or row[4] is None:
        return None
    return row[3], row[5], row[4]


async def put(transaction: Transaction, style: ClassicStyle, image: bytes | None) -> None:
    """Keep a style in place of the one before."""
    values = {
        "css": style.css,
        "css_version": style.css_version,
        "image": image,
        "image_type": style.image_type,
        "modified_ms": style.modified_ms,
    }
    place = {"pool_id": style.pool_id, "client_id": style.client_id}
    if not await transaction.run(_INSERT, **place, **values, created_ms=style.created_ms):
        await transaction.run(
            _UPDATE, key_pool_id=style.pool_id, key_client_id=style.client_id, **values
        )


async def delete(transaction: Transaction, pool_id: str, client_id: str) -> None:
    """Forget a style, if there is one."""
    await transaction.run(_DELETE, pool_id=pool_id, client_id=client_id)
