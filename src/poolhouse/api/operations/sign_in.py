"""InitiateAuth, RespondToAuthChallenge and their Admin twins: who calls is the only difference."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.auth import flows
from poolhouse.auth.steps import Challenge, FlowRequest, Step
from poolhouse.store import clients, pools
from poolhouse.tokens.issue import TokenSet


@operation
async def initiate_auth(call: Call, request: Request) -> Response:
    flow = await _public_request(call, request, "AuthParameters")
    return wire(await flows.start(call.house, request["AuthFlow"], flow))


@operation
async def admin_initiate_auth(call: Call, request: Request) -> Response:
    flow = await _admin_request(call, request, "AuthParameters")
    return wire(await flows.start(call.house, request["AuthFlow"], flow))


@operation
async def respond_to_auth_challenge(call: Call, request: Request) -> Response:
    flow = await _public_request(call, request, "ChallengeResponses")
    return wire(await flows.answer(call.house, request["ChallengeName"], flow))


@operation
async def admin_respond_to_auth_challenge(call: Call, request: Request) -> Response:
    flow = await _admin_request(call, request, "ChallengeResponses")
    return wire(await flows.answer(call.house, request["ChallengeName"], flow))


async def _public_request(call: Call, request: Request, parameters: str) -> FlowRequest:
    house = call.house
    client = await clients.get_by_id(house.db, house.sealer, request["ClientId"])
    pool = await pools.get(house.db, client.pool_id)
    return FlowRequest(
        pool=pool,
        client=client,
        parameters=request.get(parameters, {}),
        by_admin=False,
        client_metadata=request.get("ClientMetadata"),
        session=request.get("Session"),
    )


async def _admin_request(call: Call, request: Request, parameters: str) -> FlowRequest:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    return FlowRequest(
        pool=pool,
        client=client,
        parameters=request.get(parameters, {}),
        by_admin=True,
        client_metadata=request.get("ClientMetadata"),
        session=request.get("Session"),
    )


def wire(step: Step) -> dict[str, Any]:
    """A step in the shape all sign-in operations share."""
    if isinstance(step, Challenge):
        return {
            "ChallengeName": step.name,
            "Session": step.session,
            "ChallengeParameters": dict(step.parameters),
        }
    return {"ChallengeParameters": {}, "AuthenticationResult": wire_tokens(step)}


def wire_tokens(tokens: TokenSet) -> dict[str, Any]:
    """``AuthenticationResult``."""
    return {
        "AccessToken": tokens.access_token,
        "ExpiresIn": tokens.expires_seconds,
        "TokenType": "Bearer",
        "RefreshToken": tokens.refresh_token,
        "IdToken": tokens.id_token,
    }
