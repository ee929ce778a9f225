"""InitiateAuth, RespondToAuthChallenge and their Admin twins: who calls is the only difference."""

from __future__ import annotations

from typing import Any

from poolhouse.api import visitors
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.auth import flows
from poolhouse.auth.steps import Challenge, FlowRequest, Step
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.store import clients, pools
from poolhouse.tokens.issue import TokenSet


@operation
async def initiate_auth(call: Call, request: Request) -> Response:
    return await _start(call, request, await _client_alone(call, request), by_admin=False)


@operation
async def admin_initiate_auth(call: Call, request: Request) -> Response:
    return await _start(call, request, await _client_of_pool(call, request), by_admin=True)


@operation
async def respond_to_auth_challenge(call: Call, request: Request) -> Response:
    return await _answer(call, request, await _client_alone(call, request), by_admin=False)


@operation
async def admin_respond_to_auth_challenge(call: Call, request: Request) -> Response:
    return await _answer(call, request, await _client_of_pool(call, request), by_admin=True)


async def _start(
    call: Call, request: Request, place: tuple[UserPool, AppClient], *, by_admin: bool
) -> Response:
    pool, client = place
    visitor = visitors.visitor(call, request, client)
    flow_request = FlowRequest(
        pool,
        client,
        request.get("AuthParameters", {}),
        by_admin,
        session=request.get("Session"),
        validation_data=request.get("ClientMetadata"),
        client_address=visitor.address,
        user_agent=visitor.user_agent,
        context_data=request.get("ContextData") or request.get("UserContextData"),
        event_id=call.house.ids.uuid(),
        request_id=call.request_id,
    )
    return wire(await flows.start(call.house, request["AuthFlow"], flow_request))


async def _answer(
    call: Call, request: Request, place: tuple[UserPool, AppClient], *, by_admin: bool
) -> Response:
    pool, client = place
    visitor = visitors.visitor(call, request, client)
    flow_request = FlowRequest(
        pool,
        client,
        request.get("ChallengeResponses", {}),
        by_admin,
        client_metadata=request.get("ClientMetadata"),
        session=request.get("Session"),
        client_address=visitor.address,
        user_agent=visitor.user_agent,
        context_data=request.get("ContextData") or request.get("UserContextData"),
        request_id=call.request_id,
    )
    return wire(await flows.answer(call.house, request["ChallengeName"], flow_request))


async def _client_alone(call: Call, request: Request) -> tuple[UserPool, AppClient]:
    """The app client of a public request; the pool is the client's."""
    house = call.house
    client = await clients.get_by_id(house.db, house.sealer, request["ClientId"])
    return await pools.get(house.db, client.pool_id), client


async def _client_of_pool(call: Call, request: Request) -> tuple[UserPool, AppClient]:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    return pool, await clients.get(house.db, house.sealer, pool.id, request["ClientId"])


def wire(step: Step) -> dict[str, Any]:
    """A step in the shape all sign-in operations share."""
    if isinstance(step, Challenge):
        return {
            "ChallengeName": step.name,
            "Session": step.session,
            "ChallengeParameters": dict(step.parameters),
            "AvailableChallenges": list(step.available) or None,
        }
    return {"ChallengeParameters": {}, "AuthenticationResult": wire_tokens(step)}


def wire_tokens(tokens: TokenSet) -> dict[str, Any]:
    """``AuthenticationResult``; the members whose value is None are left out on the wire."""
    device = tokens.new_device
    return {
        "AccessToken": tokens.access_token,
        "ExpiresIn": tokens.expires_seconds,
        "TokenType": "Bearer",
        "RefreshToken": tokens.refresh_token,
        "IdToken": tokens.id_token,
        "NewDeviceMetadata": device
        and {"DeviceKey": device.key, "DeviceGroupKey": device.group_key},
    }
