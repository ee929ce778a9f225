"""What a resource server does with a token: find the issuer's keys, verify, read the claims."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

from joserfc import jwt
from joserfc.jwk import KeySet


def verified_claims(token: str, issuer: str) -> dict[str, Any]:
    """The claims of a token that ``issuer`` signed and that has not expired.

    The key set is the one its discovery document names. Raises :class:`joserfc.errors.JoseError`.
    """
    document = _get(f"{issuer}/.well-known/openid-configuration")
    keys = KeySet.import_key_set(_get(document["jwks_uri"]))
    found = jwt.decode(token, keys, algorithms=["RS256"])
    rules = jwt.JWTClaimsRegistry(iss={"essential": True, "value": issuer}, exp={"essential": True})
    rules.validate(found.claims)
    return dict(found.claims)


def _get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:  # noqa: S310  # our own server
        return json.load(answer)
