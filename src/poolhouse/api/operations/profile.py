"""What users do with their own account, access token in hand."""

from __future__ import annotations

from poolhouse.accounts import attributes, lifecycle, passwords
from poolhouse.api import visitors
from poolhouse.api.operations.mfa import wire_mfa_settings
from poolhouse.api.operations.users import parse_attributes, wire_attributes
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain.attribute_permissions import readable
from poolhouse.domain.trigger_events import Caller


@operation
async def get_user(call: Call, request: Request) -> Response:
    bearer = call.bearer
    allowed = readable(bearer.pool, bearer.client)
    names = [name for name in bearer.user.attributes if name in allowed]
    return {
        "Username": bearer.user.username,
        "UserAttributes": wire_attributes(bearer.user.attributes, names),
        **await wire_mfa_settings(call, bearer.user),
    }


@operation
async def update_user_attributes(call: Call, request: Request) -> Response:
    bearer = call.bearer
    sent = await attributes.update(
        call.house,
        bearer.pool,
        bearer.user,
        parse_attributes(request["UserAttributes"]),
        client=bearer.client,
        client_metadata=request.get("ClientMetadata"),
    )
    return {"CodeDeliveryDetailsList": sent or None}


@operation
async def delete_user_attributes(call: Call, request: Request) -> Response:
    bearer = call.bearer
    await attributes.delete(
        call.house,
        bearer.pool,
        bearer.user,
        request["UserAttributeNames"],
        client=bearer.client,
    )
    return {}


@operation
async def get_user_attribute_verification_code(call: Call, request: Request) -> Response:
    bearer = call.bearer
    caller = Caller(bearer.client.id, request.get("ClientMetadata"))
    sent = await attributes.send_verification(
        call.house, bearer.pool, bearer.user, request["AttributeName"], caller
    )
    return {"CodeDeliveryDetails": sent}


@operation
async def verify_user_attribute(call: Call, request: Request) -> Response:
    bearer = call.bearer
    await attributes.verify(
        call.house, bearer.pool, bearer.user, request["AttributeName"], request["Code"]
    )
    return {}


@operation
async def change_password(call: Call, request: Request) -> Response:
    bearer = call.bearer
    await passwords.change(
        call.house,
        bearer.pool,
        bearer.user,
        request.get("PreviousPassword"),
        request["ProposedPassword"],
        client_id=bearer.client.id,
        visitor=visitors.visitor(call, request, bearer.client),
    )
    return {}


@operation
async def delete_user(call: Call, request: Request) -> Response:
    await lifecycle.delete(call.house, call.bearer.user)
    return None
