"""The grants of the token endpoint: one function each, from a checked form to tokens.

Source: RFC 6749 sections 4.4 and 6; Amazon Cognito developer guide, "The token issuer endpoint".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import orjson

from poolhouse.domain.records import AppClient, UserPool
from poolhouse.house import House
from poolhouse.oauth.errors import OAuthError
from poolhouse.store import resource_servers
from poolhouse.tokens import machine
from poolhouse.tokens.issue import TokenSet
from poolhouse.tokens.refresh import refresh

Grant = Callable[[House, UserPool, AppClient, Mapping[str, str]], Awaitable[TokenSet]]


async def client_credentials(
    house: House, pool: UserPool, client: AppClient, form: Mapping[str, str]
) -> TokenSet:
    if (
        not client.secrets
        or not client.oauth_enabled
        or "client_credentials" not in client.oauth_flows
    ):
        raise OAuthError("unauthorized_client")
    scopes = await _machine_scopes(house, pool, client, form.get("scope"))
    return await machine.issue_machine_token(
        house, pool, client, scopes, _client_metadata(form.get("aws_client_metadata"))
    )


async def refresh_token(
    house: House, pool: UserPool, client: AppClient, form: Mapping[str, str]
) -> TokenSet:
    token = form.get("refresh_token")
    if token is None:
        raise OAuthError("invalid_request")
    _client_metadata(form.get("aws_client_metadata"))
    return await refresh(house, pool, client, token)


GRANTS: Mapping[str, Grant] = {
    "client_credentials": client_credentials,
    "refresh_token": refresh_token,
}


async def _machine_scopes(
    house: House, pool: UserPool, client: AppClient, requested: str | None
) -> list[str]:
    """What a machine token may carry.

    Asking for a scope that does not exist is invalid_scope, for one the client lacks
    invalid_grant; without asking, all of the client's that still exist.
    """
    allowed = machine.custom_scopes(client)
    if requested is None:
        return [
            scope
            for scope in allowed
            if await resource_servers.scope_exists(house.db, pool.id, scope)
        ]
    scopes = list(dict.fromkeys(requested.split(" ")))
    for scope in scopes:
        if not await resource_servers.scope_exists(house.db, pool.id, scope):
            raise OAuthError("invalid_scope")
        if scope not in allowed:
            raise OAuthError("invalid_grant")
    return scopes


def _client_metadata(text: str | None) -> dict[str, str] | None:
    """A JSON object of strings, or nothing."""
    if text is None:
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise OAuthError("invalid_request", "aws_client_metadata is not JSON") from error
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise OAuthError("invalid_request", "aws_client_metadata is not an object of strings")
    return value
