"""Managed login branding: one style per app client, with settings and images."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import branding_assets, branding_settings
from poolhouse.domain.branding_assets import Asset
from poolhouse.errors import InvalidParameterException, ResourceNotFoundException
from poolhouse.store import branding, clients, pools
from poolhouse.store.branding import Branding
from poolhouse.store.database import Transaction


@operation
async def create_managed_login_branding(call: Call, request: Request) -> Response:
    house = call.house
    assets = _checked(request)
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    style = Branding(
        pool_id=pool.id,
        id=house.ids.uuid(),
        client_id=client.id,
        created_ms=call.now_ms,
        modified_ms=call.now_ms,
        uses_provided_values=request.get("UseCognitoProvidedValues", False),
        settings=request.get("Settings") or {},
    )
    await house.db.write(branding.insert, style, assets)
    return {"ManagedLoginBranding": _branding_type(style, assets)}


@operation
async def describe_managed_login_branding(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    style = await branding.get(call.house.db, pool.id, request["ManagedLoginBrandingId"])
    return await _described(call, request, style)


@operation
async def describe_managed_login_branding_by_client(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    style = await branding.of_client(house.db, pool.id, client.id)
    if style is None:
        raise ResourceNotFoundException(
            f"ManagedLoginBranding for client {client.id} does not exist"
        )
    return await _described(call, request, style)


@operation
async def update_managed_login_branding(call: Call, request: Request) -> Response:
    for member in ("UserPoolId", "ManagedLoginBrandingId"):  # optional in the model, and needed
        if member not in request:
            raise InvalidParameterException(f"{member} is required.")
    assets = _checked(request)
    pool = await pools.get(call.house.db, request["UserPoolId"])
    changed = await call.house.db.write(_update, pool.id, request, assets, call.now_ms)
    return {"ManagedLoginBranding": _branding_type(*changed)}


async def _update(
    transaction: Transaction,
    pool_id: str,
    request: Request,
    assets: tuple[Asset, ...],
    now_ms: int,
) -> tuple[Branding, tuple[Asset, ...]]:
    # Read where it is written: two updates of different settings must both remain.
    style = await branding.get(transaction, pool_id, request["ManagedLoginBrandingId"])
    settings = request.get("Settings") or {}
    kept: tuple[Asset, ...] = ()
    if request.get("UseCognitoProvidedValues"):  # ``branding-provided-values``
        style = replace(style, uses_provided_values=True, settings={})
    else:
        customized = bool(settings or assets) or "UseCognitoProvidedValues" in request
        style = replace(
            style,
            uses_provided_values=style.uses_provided_values and not customized,
            settings=branding_settings.merged(style.settings, settings),
        )
        before = await branding.whole_assets_of(transaction, style)
        kept = branding_assets.merged(before, assets)
    style = replace(style, modified_ms=now_ms)
    await branding.update(transaction, style, kept)
    return style, kept


@operation
async def delete_managed_login_branding(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await call.house.db.write(branding.delete, pool.id, request["ManagedLoginBrandingId"])
    return None


def _checked(request: Request) -> tuple[Asset, ...]:
    """The assets of a request whose settings are good too; neither is needed
    (``branding-empty``). Raises InvalidParameterException.
    """
    customizes = request.get("Settings") is not None or bool(request.get("Assets"))
    if request.get("UseCognitoProvidedValues") and customizes:
        raise InvalidParameterException(
            "Settings and Assets cannot be given when UseCognitoProvidedValues is true."
        )
    if request.get("Settings") is not None:
        branding_settings.check(request["Settings"])
    return branding_assets.read(request.get("Assets"))


async def _described(call: Call, request: Request, style: Branding) -> Response:
    if request.get("ReturnMergedResources"):  # ``branding-default-assets``
        style = replace(style, settings=branding_settings.completed(style.settings))
    assets = await branding.whole_assets_of(call.house.db, style)
    return {"ManagedLoginBranding": _branding_type(style, assets)}


def _branding_type(style: Branding, assets: Iterable[Asset]) -> dict[str, Any]:
    """``ManagedLoginBrandingType``."""
    return {
        "ManagedLoginBrandingId": style.id,
        "UserPoolId": style.pool_id,
        "UseCognitoProvidedValues": style.uses_provided_values,
        "Settings": style.settings or None,
        "Assets": [_asset_type(asset) for asset in assets] or None,
        "CreationDate": seconds(style.created_ms),
        "LastModifiedDate": seconds(style.modified_ms),
    }


def _asset_type(asset: Asset) -> dict[str, str | None]:
    return {
        "Category": asset.category,
        "ColorMode": asset.color_mode,
        "Extension": asset.kind,
        "Bytes": base64.b64encode(asset.content).decode(),
        "ResourceId": asset.resource_id or None,
    }
