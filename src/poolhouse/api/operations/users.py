"""What administrators do with users, one at a time, and ListUsers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from poolhouse.accounts import (
    attributes,
    confirmation,
    creation,
    lifecycle,
    passwords,
    recovery,
)
from poolhouse.accounts.creation import NewUser
from poolhouse.api.operations.mfa import wire_mfa_settings
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import filters
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException
from poolhouse.store import pages, pools, user_search, users

_TOKEN_LIFE_MS = 3_600_000


@operation
async def admin_create_user(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    user = await creation.create(
        call.house,
        pool,
        NewUser(
            username=request["Username"],
            attributes=parse_attributes(request.get("UserAttributes")),
            temporary_password=request.get("TemporaryPassword"),
            mediums=request.get("DesiredDeliveryMediums", ()),
            message_action=request.get("MessageAction"),
            take_aliases=request.get("ForceAliasCreation", False),
            client_metadata=request.get("ClientMetadata"),
            validation_data=parse_attributes(request.get("ValidationData")),
        ),
    )
    return {"User": wire_user(user)}


@operation
async def admin_get_user(call: Call, request: Request) -> Response:
    _, user = await _pool_and_user(call, request)
    answer = wire_user(user)
    answer["UserAttributes"] = answer.pop("Attributes")
    return {**answer, **await wire_mfa_settings(call, user)}


@operation
async def admin_confirm_sign_up(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await confirmation.confirm_by_administrator(
        call.house, pool, request["Username"], client_metadata=request.get("ClientMetadata")
    )
    return {}


@operation
async def admin_set_user_password(call: Call, request: Request) -> Response:
    pool, user = await _pool_and_user(call, request)
    permanent = request.get("Permanent", False)
    await passwords.set_by_administrator(
        call.house, pool, user, request["Password"], permanent=permanent
    )
    return {}


@operation
async def admin_reset_user_password(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await recovery.reset_by_administrator(
        call.house, pool, request["Username"], client_metadata=request.get("ClientMetadata")
    )
    return {}


@operation
async def admin_update_user_attributes(call: Call, request: Request) -> Response:
    pool, user = await _pool_and_user(call, request)
    changes = parse_attributes(request["UserAttributes"])
    await attributes.update(
        call.house, pool, user, changes, client_metadata=request.get("ClientMetadata")
    )
    return {}


@operation
async def admin_delete_user_attributes(call: Call, request: Request) -> Response:
    pool, user = await _pool_and_user(call, request)
    await attributes.delete(call.house, pool, user, request["UserAttributeNames"])
    return {}


@operation
async def admin_enable_user(call: Call, request: Request) -> Response:
    _, user = await _pool_and_user(call, request)
    await lifecycle.enable(call.house, user)
    return {}


@operation
async def admin_disable_user(call: Call, request: Request) -> Response:
    _, user = await _pool_and_user(call, request)
    await lifecycle.disable(call.house, user)
    return {}


@operation
async def admin_delete_user(call: Call, request: Request) -> Response:
    _, user = await _pool_and_user(call, request)
    await lifecycle.delete(call.house, user)
    return None


@operation
async def list_users(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    text = request.get("Filter", "")
    condition = filters.parse(text, pool)
    place = {"operation": call.operation, "pool_id": pool.id, "list_filter": text}
    key = pages.open_token(house.sealer, request.get("PaginationToken"), **place)
    if key is not None and int(key[0]) <= call.now_ms:
        raise InvalidParameterException(pages.INVALID_TOKEN)
    page = await user_search.list_page(
        house.db,
        pool.id,
        condition,
        after=key and key[1:],
        size=pages.page_size(request.get("Limit")),
    )
    next_key = page.next_key and (call.now_ms + _TOKEN_LIFE_MS, *page.next_key)
    return {
        "Users": [wire_user(user, request.get("AttributesToGet")) for user in page.items],
        "PaginationToken": pages.seal_token(house.sealer, next_key, **place),
    }


async def _pool_and_user(call: Call, request: Request) -> tuple[UserPool, User]:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return pool, await users.get(call.house.db, pool, request["Username"])


def parse_attributes(given: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """A list of names and values as a mapping; of two values for a name the last counts."""
    return {each["Name"]: each.get("Value", "") for each in given or ()}


def wire_attributes(
    attributes: Mapping[str, str], names: Iterable[str] | None = None
) -> list[dict[str, str]]:
    """A profile on the wire: all of it, or of ``names`` those that have a value."""
    wanted = attributes if names is None else [name for name in names if name in attributes]
    return [{"Name": name, "Value": attributes[name]} for name in wanted]


def wire_user(user: User, names: Iterable[str] | None = None) -> dict[str, Any]:
    """``UserType``."""
    return {
        "Username": user.username,
        "Attributes": wire_attributes(user.attributes, names),
        "UserCreateDate": user.created_ms / 1000,
        "UserLastModifiedDate": user.modified_ms / 1000,
        "Enabled": user.enabled,
        "UserStatus": user.status,
    }
