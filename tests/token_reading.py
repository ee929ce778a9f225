"""Tokens as a stranger reads them: by the published keys, with two libraries that are not ours."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.request import urlopen

import jwt
from joserfc import jwt as joserfc_jwt
from joserfc.jwk import KeySet

from server import Server

# Tests stop the clock at a time of their own, so the libraries must not look at theirs.
_TIMELESS: Any = {
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
    "verify_aud": False,
}


def fetch_json(url: str) -> Any:
    with urlopen(url, timeout=30) as answer:
        return json.load(answer)


def key_set(server: Server, pool_id: str) -> dict[str, Any]:
    """The key set that the pool publishes."""
    keys: dict[str, Any] = fetch_json(f"{server.url}/{pool_id}/.well-known/jwks.json")
    return keys


def header(token: str) -> dict[str, Any]:
    """The JOSE header as it was sent, unverified."""
    return _object(token.split(".")[0])


def unverified(token: str) -> dict[str, Any]:
    """The claims, unverified: for tests that are about something else."""
    return _object(token.split(".")[1])


def _object(segment: str) -> dict[str, Any]:
    padded = segment + "=" * (-len(segment) % 4)
    decoded: dict[str, Any] = json.loads(base64.urlsafe_b64decode(padded))
    return decoded


def verified(token: str, keys: dict[str, Any], issuer: str) -> dict[str, Any]:
    """The claims of a token that PyJWT and joserfc accept under ``keys``, and agree on."""
    key = jwt.PyJWKSet.from_dict(keys)[header(token)["kid"]]
    claims: dict[str, Any] = jwt.decode(
        token, key, algorithms=["RS256"], issuer=issuer, options=_TIMELESS
    )
    other = joserfc_jwt.decode(token, KeySet.import_key_set(keys), algorithms=["RS256"])  # type: ignore[arg-type]  # a key set is a dict on the wire
    assert other.claims == claims
    return claims


def verified_by(server: Server, pool_id: str, token: str) -> dict[str, Any]:
    """The same with the keys and the issuer of a pool in the default issuer mode."""
    return verified(token, key_set(server, pool_id), f"{server.url}/{pool_id}")
