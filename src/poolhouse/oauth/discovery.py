"""The discovery document and the key set of a pool.

Source: OpenID Connect Discovery 1.0, RFC 8414, RFC 7517. Only endpoints that answer are named.
"""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

from poolhouse.domain import client_registration
from poolhouse.domain.records import UserPool
from poolhouse.domain.scopes import OPENID_SCOPES
from poolhouse.house import House
from poolhouse.oauth import exchange_grant
from poolhouse.oauth.responses import public_json
from poolhouse.tokens.issuer import issuer


async def openid_configuration(house: House, pool: UserPool) -> Response:
    """Endpoints by path below the pool's id, whichever way the document was asked for: names
    below ``localhost`` are not resolved by every client.
    """
    base = f"{house.settings.base_url}/{pool.id}"
    document: dict[str, Any] = {
        "issuer": issuer(house.settings, pool),
        "jwks_uri": f"{base}/.well-known/jwks.json",
        "authorization_endpoint": f"{base}/oauth2/authorize",
        "token_endpoint": f"{base}/oauth2/token",
        "revocation_endpoint": f"{base}/oauth2/revoke",
        "userinfo_endpoint": f"{base}/oauth2/userInfo",
        "end_session_endpoint": f"{base}/logout",
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "grant_types_supported": [
            "authorization_code",
            "client_credentials",
            "implicit",
            "refresh_token",
            exchange_grant.GRANT_TYPE,
        ],
        "response_types_supported": ["code", "token"],
        "code_challenge_methods_supported": ["S256"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "subject_types_supported": ["public"],
        "scopes_supported": list(OPENID_SCOPES),
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }
    if client_registration.is_on(pool.tier, pool.settings.get("DcrConfiguration", {})):
        document["registration_endpoint"] = f"{base}/oauth2/register"
    if house.settings.strict_oauth:
        document["scopes_supported"].append("address")
        document["authorization_response_iss_parameter_supported"] = True
    return public_json(orjson.dumps(document))


async def jwks(house: House, pool: UserPool) -> Response:
    """Every key that verifies a token of the pool."""
    keys = await house.keys.of_pool(house.db, pool.id)
    return public_json(keys.jwks)
