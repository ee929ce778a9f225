"""The style of the classic pages: CSS and a logo, per app client or for all of them."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import classic_style
from poolhouse.domain.classic_style import ALL_CLIENTS
from poolhouse.domain.domains import version_of
from poolhouse.errors import InvalidParameterException
from poolhouse.store import clients, domains, pools, styles
from poolhouse.store.database import Transaction
from poolhouse.store.styles import ClassicStyle


@operation
async def get_ui_customization(call: Call, request: Request) -> Response:
    pool_id, client_id = await _place(call, request)
    style = await styles.in_force(call.house.db, pool_id, client_id)
    # Nothing set anywhere is an empty object, not an error (``classic-style-fallback``).
    return {"UICustomization": {} if style is None else _style_type(call, style)}


@operation
async def set_ui_customization(call: Call, request: Request) -> Response:
    pool_id, client_id = await _place(call, request)
    css, image = request.get("CSS") or None, request.get("ImageFile") or None
    if css is not None:
        classic_style.check_css(css)
    style = ClassicStyle(
        pool_id=pool_id,
        client_id=client_id,
        css=css,
        css_version=version_of(call.now_ms),
        image_type=None if image is None else classic_style.check_logo(image),
        created_ms=call.now_ms,
        modified_ms=call.now_ms,
    )
    return {"UICustomization": await call.house.db.write(_put, call, style, image)}


async def _put(
    transaction: Transaction, call: Call, style: ClassicStyle, image: bytes | None
) -> dict[str, Any]:
    if not await domains.of_pool(transaction, style.pool_id):
        raise InvalidParameterException(
            "There has to be an existing domain associated with this user pool"
        )
    if style.css is None and image is None:  # ``classic-style-replaced``
        await styles.delete(transaction, style.pool_id, style.client_id)
        return {"UserPoolId": style.pool_id, "ClientId": style.client_id}
    await styles.put(transaction, style, image)
    kept = await styles.find(transaction, style.pool_id, style.client_id)
    return _style_type(call, kept or style)


async def _place(call: Call, request: Request) -> tuple[str, str]:
    """Pool and client, both existing. Raises ResourceNotFoundException."""
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client_id = request.get("ClientId", ALL_CLIENTS)
    if client_id != ALL_CLIENTS:
        await clients.get(house.db, house.sealer, pool.id, client_id)
    return pool.id, client_id


def _style_type(call: Call, style: ClassicStyle) -> dict[str, Any]:
    """``UICustomizationType``."""
    path = style.image_path
    return {
        "UserPoolId": style.pool_id,
        "ClientId": style.client_id,
        "ImageUrl": None if path is None else f"{call.house.settings.base_url}{path}",
        "CSS": style.css,
        "CSSVersion": style.css_version,
        "LastModifiedDate": seconds(style.modified_ms),
        "CreationDate": seconds(style.created_ms),
    }
