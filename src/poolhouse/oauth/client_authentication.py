"""Who the client is: ``client_secret_basic``, ``client_secret_post``, or none for public ones.

Source: RFC 6749 section 2.3.1, with Cognito's two deviations: Basic credentials are not
percent-decoded (secrets may contain ``+``), and every failure is a 400.
"""

from __future__ import annotations

import base64

from poolhouse.domain import secret_hash
from poolhouse.domain.records import AppClient
from poolhouse.errors import ResourceNotFoundException
from poolhouse.house import House
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.forms import Form
from poolhouse.store import clients


async def authenticate(
    house: House, pool_id: str | None, authorization: str, form: Form
) -> AppClient:
    """The app client of a request, its secret checked. ``pool_id`` is that of the path or host.

    Raises :class:`OAuthError`: invalid_client, or invalid_request for two different ids.
    """
    basic = _basic(authorization)
    client_id, secret = basic or (form.get("client_id"), form.get("client_secret"))
    if basic and form.get("client_id", client_id) != client_id:
        raise OAuthError("invalid_request")
    if not client_id:
        raise OAuthError("invalid_client")
    try:
        client = await clients.get_by_id(house.db, house.sealer, client_id)
    except ResourceNotFoundException as error:
        raise OAuthError("invalid_client") from error
    if pool_id is not None and client.pool_id != pool_id:
        raise OAuthError("invalid_client")
    if client.secrets:
        if not secret_hash.is_secret(client, secret):
            raise OAuthError("invalid_client", "invalid_client_secret" if secret else None)
    elif secret:
        raise OAuthError("invalid_client")
    return client


def _basic(authorization: str) -> tuple[str, str] | None:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except ValueError as error:  # no base64, or no UTF-8 behind it
        raise OAuthError("invalid_client") from error
    client_id, colon, secret = text.partition(":")
    if not colon or not client_id:
        raise OAuthError("invalid_client")
    return client_id, secret
