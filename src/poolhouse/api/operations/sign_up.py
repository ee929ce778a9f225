"""What an app does for a person who is not signed in: sign up, confirm, recover."""

from __future__ import annotations

from poolhouse.accounts import confirmation, recovery
from poolhouse.accounts import sign_up as accounts_sign_up
from poolhouse.accounts.app_requests import AppRequest
from poolhouse.api import visitors
from poolhouse.api.operations.users import parse_attributes
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.auth import after_sign_up
from poolhouse.auth.steps import FlowRequest
from poolhouse.store import clients, pools


@operation
async def sign_up(call: Call, request: Request) -> Response:
    app_request = await _app_request(call, request)
    signed_up = await accounts_sign_up.sign_up(
        call.house,
        app_request,
        request.get("Password"),
        parse_attributes(request.get("UserAttributes")),
        validation_data=parse_attributes(request.get("ValidationData")),
    )
    return {
        "UserConfirmed": signed_up.user.status == "CONFIRMED",
        "UserSub": signed_up.user.sub,
        "CodeDeliveryDetails": signed_up.code_delivery,
        "Session": await after_sign_up.signed_up(
            call.house, _flow_request(app_request, None), signed_up.user
        ),
    }


@operation
async def confirm_sign_up(call: Call, request: Request) -> Response:
    app_request = await _app_request(call, request)
    proven = await confirmation.confirm_sign_up(
        call.house,
        app_request,
        request["ConfirmationCode"],
        take_aliases=request.get("ForceAliasCreation", False),
    )
    flow_request = _flow_request(app_request, request.get("Session"))
    return {"Session": await after_sign_up.confirmed(call.house, flow_request, *proven)}


@operation
async def resend_confirmation_code(call: Call, request: Request) -> Response:
    sent = await confirmation.resend_code(call.house, await _app_request(call, request))
    return {"CodeDeliveryDetails": sent}


@operation
async def forgot_password(call: Call, request: Request) -> Response:
    sent = await recovery.forgot_password(call.house, await _app_request(call, request))
    return {"CodeDeliveryDetails": sent}


@operation
async def confirm_forgot_password(call: Call, request: Request) -> Response:
    await recovery.confirm_forgot_password(
        call.house,
        await _app_request(call, request),
        request["ConfirmationCode"],
        request["Password"],
    )
    return {}


def _flow_request(request: AppRequest, session: str | None) -> FlowRequest:
    return FlowRequest(request.pool, request.client, {}, by_admin=False, session=session)


async def _app_request(call: Call, request: Request) -> AppRequest:
    house = call.house
    client = await clients.get_by_id(house.db, house.sealer, request["ClientId"])
    pool = await pools.get(house.db, client.pool_id)
    return AppRequest(
        pool,
        client,
        request["Username"],
        request.get("SecretHash"),
        client_metadata=request.get("ClientMetadata"),
        visitor=visitors.visitor(call, request, client),
    )
