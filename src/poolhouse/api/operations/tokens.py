"""Operations on tokens: refresh by API, machine tokens by API, revocation, global sign-out."""

from __future__ import annotations

from poolhouse.api.operations.sign_in import wire_tokens
from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import secret_hash
from poolhouse.domain.records import AppClient
from poolhouse.errors import (
    InvalidParameterException,
    NotAuthorizedException,
    UnauthorizedException,
)
from poolhouse.store import clients, pools, users
from poolhouse.tokens import machine, revoke
from poolhouse.tokens.refresh import refresh


@operation
async def get_tokens_from_refresh_token(call: Call, request: Request) -> Response:
    house = call.house
    client = await _client(call, request)
    if client.secrets and not secret_hash.is_secret(client, request.get("ClientSecret")):
        raise NotAuthorizedException(f"Unable to verify secret for client {client.id}")
    pool = await pools.get(house.db, client.pool_id)
    tokens = await refresh(
        house,
        pool,
        client,
        request["RefreshToken"],
        source="TokenGeneration_Authentication",
        client_metadata=request.get("ClientMetadata"),
    )
    return {"AuthenticationResult": wire_tokens(tokens)}


@operation
async def get_client_token(call: Call, request: Request) -> Response:
    house = call.house
    client = await _client(call, request)
    if client.auth_flows != {"ALLOW_CLIENT_TOKEN_AUTH"}:
        raise NotAuthorizedException("ALLOW_CLIENT_TOKEN_AUTH is not the client's only flow.")
    if not secret_hash.is_secret(client, request.get("Secret")):
        raise NotAuthorizedException(f"Unable to verify secret for client {client.id}")
    allowed = machine.custom_scopes(client)
    scopes = request.get("Scopes") or allowed
    for scope in scopes:
        if scope not in allowed:
            raise InvalidParameterException(f"Invalid scope requested: {scope}")
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
    client = await _client(call, request)
    if client.secrets and not secret_hash.is_secret(client, request.get("ClientSecret")):
        raise UnauthorizedException("Unable to verify secret for client.")
    await revoke.revoke_token(call.house, client, request["Token"])
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


async def _client(call: Call, request: Request) -> AppClient:
    return await clients.get_by_id(call.house.db, call.house.sealer, request["ClientId"])
