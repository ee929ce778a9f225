"""Operations on tokens: refresh by API, machine tokens by API, revocation, global sign-out."""

from __future__ import annotations

from typing import Final

from poolhouse.api.operations.sign_in import wire_tokens
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import secret_hash
from poolhouse.domain.client_flows import ALLOW_CLIENT_TOKEN
from poolhouse.domain.records import AppClient
from poolhouse.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    ResourceNotFoundException,
    UnauthorizedException,
)
from poolhouse.store import clients, pools, users
from poolhouse.tokens import machine, revoke
from poolhouse.tokens.refresh import refresh

# Observed; the sign-in operations say it without the full stop.
INVALID_REFRESH_TOKEN: Final = "Invalid Refresh Token."
# Ours: exceptions as documented or assumed, without sentences.
WRONG_SECRET: Final = "Unable to verify secret for client {client_id}"
UNPROVEN_CLIENT: Final = "The client could not be verified."
NOT_A_TOKEN_CLIENT: Final = "ALLOW_CLIENT_TOKEN_AUTH is not enabled for this client."
INVALID_SCOPE: Final = "Invalid scope requested: {scope}"


@operation
async def get_tokens_from_refresh_token(call: Call, request: Request) -> Response:
    house = call.house
    client = await clients.get_by_id(house.db, house.sealer, request["ClientId"])
    if client.secrets and not secret_hash.is_secret(client, request.get("ClientSecret")):
        raise NotAuthorizedException(WRONG_SECRET.format(client_id=client.id))
    tokens = await refresh(
        house,
        await pools.get(house.db, client.pool_id),
        client,
        request["RefreshToken"],
        source="TokenGeneration_Authentication",
        client_metadata=request.get("ClientMetadata"),
        device_key=request.get("DeviceKey"),
        invalid=INVALID_REFRESH_TOKEN,
        visitor=call.visitor,
    )
    return {"AuthenticationResult": wire_tokens(tokens)}


@operation
async def get_client_token(call: Call, request: Request) -> Response:
    house = call.house
    client = await clients.get_by_id(house.db, house.sealer, request["ClientId"])
    if not secret_hash.is_secret(client, request["Secret"]):
        raise NotAuthorizedException(WRONG_SECRET.format(client_id=client.id))
    if ALLOW_CLIENT_TOKEN not in client.auth_flows:
        raise NotAuthorizedException(NOT_A_TOKEN_CLIENT)
    try:
        scopes = await machine.judge_scopes(house, client, request.get("Scopes", ()))
    except (machine.UnknownScope, machine.ScopeNotAllowed) as error:
        raise InvalidParameterException(INVALID_SCOPE.format(scope=error)) from error
    pool = await pools.get(house.db, client.pool_id)
    tokens = await machine.issue_machine_token(
        house, pool, client, scopes, request.get("ClientMetadata")
    )
    return {
        "ClientAuthenticationResult": {
            "AccessToken": tokens.access_token,
            "ExpiresIn": tokens.expires_seconds,
            "TokenType": "Bearer",
        }
    }


@operation
async def revoke_token(call: Call, request: Request) -> Response:
    client = await _proven_client(call, request)
    await revoke.revoke_token(
        call.house,
        client,
        request["Token"],
        linked=request.get("RevokeAssociatedSessions") == "LINKED",
    )
    return {}


@operation
async def global_sign_out(call: Call, request: Request) -> Response:
    user = call.bearer.user
    await call.house.db.write(revoke.revoke_user, user.pool_id, user.sub, call.now_ms)
    return {}


@operation
async def admin_user_global_sign_out(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    user = await users.get(house.db, pool, request["Username"])
    await house.db.write(revoke.revoke_user, pool.id, user.sub, call.now_ms)
    return {}


async def _proven_client(call: Call, request: Request) -> AppClient:
    """RevokeToken has one exception for every way in which a client is not who it should be."""
    try:
        client = await clients.get_by_id(call.house.db, call.house.sealer, request["ClientId"])
    except ResourceNotFoundException as error:
        raise UnauthorizedException(UNPROVEN_CLIENT) from error
    if client.secrets and not secret_hash.is_secret(client, request.get("ClientSecret")):
        raise UnauthorizedException(UNPROVEN_CLIENT)
    return client
