"""The discovery document and the key set of a pool.

Source: OpenID Connect Discovery 1.0, RFC 8414, RFC 7517. Only endpoints that answer are named.
"""

from __future__ import annotations

import orjson
from starlette.responses import Response

from poolhouse.errors import ResourceNotFoundException
from poolhouse.house import House
from poolhouse.oauth.responses import public_json
from poolhouse.store import pools
from poolhouse.tokens.issuer import issuer


async def openid_configuration(house: House, pool_id: str) -> Response:
    try:
        pool = await pools.get(house.db, pool_id)
    except ResourceNotFoundException as error:
        return _unknown_pool(error)
    base = f"{house.settings.base_url}/{pool_id}"
    document = {
        "issuer": issuer(house.settings, pool),
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "token_endpoint": f"{base}/oauth2/token",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "grant_types_supported": ["client_credentials", "refresh_token"],
        "response_types_supported": [],
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["public"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
    }
    return public_json(orjson.dumps(document))


async def jwks(house: House, pool_id: str) -> Response:
    try:
        keys = await house.keys.of_pool(house.db, pool_id)
    except ResourceNotFoundException as error:
        return _unknown_pool(error)
    return public_json(keys.jwks)


def _unknown_pool(error: ResourceNotFoundException) -> Response:
    return public_json(orjson.dumps({"message": error.message}), status=404)
