"""Verifying our own access tokens, for the operations a user calls with one.

Source: Amazon Cognito API reference (operations with an ``AccessToken``); RFC 8725 (the algorithm
is ours to choose, never the token's).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey
from joserfc.jws import CompactSignature

from poolhouse.domain.authentication import SELF_SERVICE_SCOPE
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.errors import NotAuthorizedException, ResourceNotFoundException
from poolhouse.house import House
from poolhouse.store import clients, pools, sign_ins, users
from poolhouse.tokens.sign_in_record import DISABLED

INVALID = "Invalid Access Token"


@dataclass(frozen=True, slots=True)
class VerifiedToken:
    """A live access token and everything it stands for."""

    pool: UserPool
    client: AppClient
    user: User
    claims: Mapping[str, Any]


async def self_service(house: House, token: str) -> VerifiedToken:
    """Judge the access token of a self-service operation.

    Raises :class:`NotAuthorizedException` (malformed, wrong signature, expired, revoked, without
    the self-service scope, user disabled) or :class:`UserNotFoundException`.
    """
    verified = await user_token(house, token)
    scopes = str(verified.claims.get("scope", "")).split()
    if is_in_other_hands(verified.claims) or SELF_SERVICE_SCOPE not in scopes:
        raise NotAuthorizedException("Access Token does not have required scopes")
    if not verified.user.enabled:
        raise NotAuthorizedException(DISABLED)
    return verified


def is_in_other_hands(claims: Mapping[str, Any]) -> bool:
    """Whether whoever holds an access token need not be the user, or the app they signed in to.

    ``delegate-is-not-the-user``: a service that acts for a user must not change their account, or
    give itself a way in that outlives the token. ``audience-is-elsewhere``: nor may one that a
    token was made for, and sent to.
    """
    return "act" in claims or claims.get("aud", claims["client_id"]) != claims["client_id"]


async def user_token(house: House, token: str) -> VerifiedToken:
    """The same without asking for a scope or an enabled user: what userInfo needs."""
    claims = await _unexpired_claims(house, token)
    if "username" not in claims:
        raise NotAuthorizedException(INVALID)
    return await _of_user(house, claims)


async def access_claims(house: House, token: str) -> Mapping[str, Any]:
    """The claims of a live access token, a person's or a machine's.

    Raises :class:`NotAuthorizedException` and :class:`UserNotFoundException`.
    """
    claims = await _unexpired_claims(house, token)
    if "username" in claims:
        return (await _of_user(house, claims)).claims
    return claims


async def _unexpired_claims(house: House, token: str) -> dict[str, Any]:
    claims = await signed_claims(house, token)
    if claims.get("token_use") != "access":
        raise NotAuthorizedException(INVALID)
    if int(claims["exp"]) <= house.clock.now_ms() // 1000:
        raise NotAuthorizedException("Access Token has expired")
    return claims


async def _of_user(house: House, claims: Mapping[str, Any]) -> VerifiedToken:
    pool_id, event_id = _pool_id(claims), str(claims.get("event_id"))
    try:
        pool = await pools.get(house.db, pool_id)
        client = await clients.get(house.db, house.sealer, pool_id, str(claims["client_id"]))
    except ResourceNotFoundException as error:
        raise NotAuthorizedException(INVALID) from error
    # Nothing is left of a deleted user's sign-ins: who asks for them first calls them revoked.
    user = await users.get_by_sub(house.db, pool_id, str(claims["sub"]))
    if not await sign_ins.is_live(house.db, pool_id, event_id):
        raise NotAuthorizedException("Access Token has been revoked")
    return VerifiedToken(pool, client, user, claims)


async def signed_claims(house: House, token: str) -> dict[str, Any]:
    """The claims of a token that one of our pools signed; which pool, the token itself names.

    Nothing but the signature is judged. Raises :class:`NotAuthorizedException`.
    """
    try:
        signed = jws.extract_compact(token.encode())
        claims = orjson.loads(signed.payload)
    except (JoseError, orjson.JSONDecodeError) as error:
        raise NotAuthorizedException(INVALID) from error
    if not isinstance(claims, dict):
        raise NotAuthorizedException(INVALID)
    try:
        keys = await house.keys.of_pool(house.db, _pool_id(claims))
    except ResourceNotFoundException as error:
        raise NotAuthorizedException(INVALID) from error
    key = keys.verifying.get(str(signed.headers().get("kid")))
    if key is None or not _verifies(signed, key):
        raise NotAuthorizedException("Could not verify signature for Access Token")
    return claims


def _verifies(signed: CompactSignature, key: RSAKey) -> bool:
    # The header could name "none", or HS256 with the public key for a secret: RS256 only.
    try:
        return jws.validate_compact(signed, key, algorithms=["RS256"])
    except (JoseError, TypeError, ValueError):  # joserfc iterates over "crit", list or not
        return False


def _pool_id(claims: Mapping[str, Any]) -> str:
    return str(claims.get("iss", "")).rpartition("/")[2]
