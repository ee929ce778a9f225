"""The grants of the token endpoint: one function each, from a checked form to tokens.

Source: RFC 6749 sections 4.4 and 6; Amazon Cognito developer guide, "The token issuer endpoint".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import orjson

from poolhouse.domain import scopes as scope_rules
from poolhouse.domain.client_flows import ALLOW_CLIENT_TOKEN
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.house import House
from poolhouse.oauth import exchange_grant
from poolhouse.oauth.code_grant import authorization_code
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.forms import Form
from poolhouse.tokens import machine
from poolhouse.tokens.issue import TokenSet
from poolhouse.tokens.refresh import refresh

Grant = Callable[[House, UserPool, AppClient, Form], Awaitable[TokenSet]]


async def client_credentials(
    house: House, pool: UserPool, client: AppClient, form: Form
) -> TokenSet:
    """A machine token for a client with a secret and this grant, or with the API's twin of it."""
    granted = client.oauth_enabled and "client_credentials" in client.oauth_flows
    if not client.secrets or not (granted or ALLOW_CLIENT_TOKEN in client.auth_flows):
        raise OAuthError("unauthorized_client")
    await house.throttle.admit_to("ClientAuthentication", pool.region)
    client_metadata = _client_metadata(form.get("aws_client_metadata"))
    try:
        scopes = await machine.judge_scopes(house, client, scope_rules.parse(form.get("scope")))
    except machine.UnknownScope as error:
        raise OAuthError("invalid_scope") from error
    except machine.ScopeNotAllowed as error:
        code = "invalid_scope" if house.settings.strict_oauth else "invalid_grant"
        raise OAuthError(code) from error
    return await machine.issue_machine_token(house, pool, client, scopes, client_metadata)


async def refresh_token(house: House, pool: UserPool, client: AppClient, form: Form) -> TokenSet:
    """New tokens for a refresh token. Scopes stay those of the sign-in, and no metadata is passed
    on: ``scope`` and ``aws_client_metadata`` are accepted unread.
    """
    token = form.get("refresh_token")
    if token is None:
        raise OAuthError("invalid_request")
    return await refresh(house, pool, client, token)


GRANTS: Final[Mapping[str, Grant]] = {
    "authorization_code": authorization_code,
    "client_credentials": client_credentials,
    "refresh_token": refresh_token,
    exchange_grant.GRANT_TYPE: exchange_grant.token_exchange,
}


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
