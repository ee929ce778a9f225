"""Devices that a pool remembers: confirmed by their user, seen and forgotten by both sides."""

from __future__ import annotations

from typing import Any

from poolhouse.accounts import devices
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import attribute_list, seconds
from poolhouse.domain.devices import Device, attributes, tracked
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    InvalidParameterException,
    ResourceNotFoundException,
    UserNotFoundException,
)
from poolhouse.store import devices as stored_devices
from poolhouse.store import pages, pools, users


@operation
async def confirm_device(call: Call, request: Request) -> Response:
    bearer = call.bearer
    ask_user = await devices.confirm(
        call.house,
        bearer.pool,
        bearer.user,
        request["DeviceKey"],
        event_id=str(bearer.claims["event_id"]),
        name=request.get("DeviceName", ""),
        verifier=request.get("DeviceSecretVerifierConfig"),
        address=call.client_address,
    )
    return {"UserConfirmationNecessary": ask_user}


@operation
async def get_device(call: Call, request: Request) -> Response:
    return await _get(call, request, *_bearer(call, request))


@operation
async def admin_get_device(call: Call, request: Request) -> Response:
    return await _get(call, request, *await _found(call, request))


@operation
async def list_devices(call: Call, request: Request) -> Response:
    return await _list(call, request, *_bearer(call, request))


@operation
async def admin_list_devices(call: Call, request: Request) -> Response:
    return await _list(call, request, *await _found(call, request))


@operation
async def forget_device(call: Call, request: Request) -> Response:
    await devices.forget(call.house, *_bearer(call, request), request["DeviceKey"])
    return None


@operation
async def admin_forget_device(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    user = await users.get(call.house.db, pool, request["Username"])
    await devices.forget(call.house, pool, user, request["DeviceKey"])
    return None


@operation
async def update_device_status(call: Call, request: Request) -> Response:
    pool, user = _bearer(call, request)
    status = request.get("DeviceRememberedStatus")
    await devices.set_status(call.house, pool, user, request["DeviceKey"], status)
    return {}


@operation
async def admin_update_device_status(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    user = await users.get(call.house.db, pool, request["Username"])
    status = request.get("DeviceRememberedStatus")
    await devices.set_status(call.house, pool, user, request["DeviceKey"], status)
    return {}


async def _get(call: Call, request: Request, pool: UserPool, user: User) -> dict[str, Any]:
    device = await devices.get(call.house.db, pool, user, request["DeviceKey"])
    return {"Device": _wire(call, pool, user, device)}


async def _list(call: Call, request: Request, pool: UserPool, user: User) -> dict[str, Any]:
    tracked(pool)
    sealer = call.house.sealer
    place = {"operation": call.operation, "pool_id": pool.id, "list_filter": user.sub}
    key = pages.open_token(sealer, request.get("PaginationToken"), **place)
    page = await stored_devices.list_page(
        call.house.db,
        pool.id,
        user.sub,
        after=str(key[0]) if key else "",
        size=pages.page_size(request.get("Limit")),
    )
    return {
        "Devices": [_wire(call, pool, user, device) for device in page.items],
        "PaginationToken": pages.seal_token(sealer, page.next_key, **place),
    }


def _wire(call: Call, pool: UserPool, user: User, device: Device) -> dict[str, Any]:
    """``DeviceType``."""
    shown = attributes(device, pool, user.username, call.house.settings.account_id)
    return {
        "DeviceKey": device.device_key,
        "DeviceAttributes": attribute_list(shown),
        "DeviceCreateDate": seconds(device.created_ms),
        "DeviceLastModifiedDate": seconds(device.modified_ms),
        "DeviceLastAuthenticatedDate": seconds(device.authenticated_ms),
    }


def _bearer(call: Call, request: Request) -> tuple[UserPool, User]:
    """The model lets some of these come without a token, and gives no other way to authorize."""
    if "AccessToken" not in request:
        raise InvalidParameterException("Missing required parameter AccessToken")
    return call.bearer.pool, call.bearer.user


async def _found(call: Call, request: Request) -> tuple[UserPool, User]:
    """For two operations whose model has no error of its own for a user who does not exist."""
    pool = await pools.get(call.house.db, request["UserPoolId"])
    try:
        return pool, await users.get(call.house.db, pool, request["Username"])
    except UserNotFoundException as error:
        raise ResourceNotFoundException(error.message) from error
