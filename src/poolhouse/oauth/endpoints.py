"""The endpoints that clients post forms to: token and revocation.

Source: RFC 6749 section 3.2; RFC 7009; Amazon Cognito developer guide, "The token issuer
endpoint" and "The token revocation endpoint".
"""

from __future__ import annotations

from starlette.responses import Response

from poolhouse.house import House
from poolhouse.oauth import responses
from poolhouse.oauth.client_authentication import authenticate
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.exchange_grant import is_bearer
from poolhouse.oauth.forms import Form
from poolhouse.oauth.grants import GRANTS
from poolhouse.store import pools
from poolhouse.tokens.issue import TokenSet
from poolhouse.tokens.revoke import revoke_token


async def token(
    house: House, pool_id: str | None, authorization: str, form: Form, request_id: str
) -> Response:
    """Authenticate the client, then let the grant make tokens. Cognito's answer names no scopes."""
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise OAuthError("invalid_request")
    grant = GRANTS.get(grant_type)
    if grant is None:
        raise OAuthError("unsupported_grant_type")
    client = await authenticate(house, pool_id, authorization, form)
    pool = await pools.get(house.db, client.pool_id)
    tokens = await grant(house, pool, client, form)
    document = {
        "id_token": tokens.id_token,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_seconds,
        "token_type": "Bearer" if is_bearer(tokens.issued_type) else "N_A",
        "issued_token_type": tokens.issued_type,
        "scope": " ".join(tokens.scopes) if _names_scopes(house, tokens) else None,
    }
    present = {name: value for name, value in document.items() if value is not None}
    return responses.private_json(present, request_id)


def _names_scopes(house: House, tokens: TokenSet) -> bool:
    """Cognito's answers do for exchanged tokens; the standard asks for it in others as well."""
    return bool(tokens.scopes) if tokens.issued_type else house.settings.strict_oauth


async def revoke(
    house: House, pool_id: str | None, authorization: str, form: Form, request_id: str
) -> Response:
    """End the sign-in of a refresh token. Here alone a client that fails to prove itself is 401."""
    try:
        client = await authenticate(house, pool_id, authorization, form)
    except OAuthError as error:
        if error.error != "invalid_client":
            raise
        raise OAuthError(error.error, error.description, status=401) from error
    if "token" not in form:
        raise OAuthError("invalid_request")
    await revoke_token(house, client, form["token"])
    return responses.empty(request_id)
