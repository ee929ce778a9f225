"""Judging the ID token of a provider.

Source: OpenID Connect Core 1.0 section 3.1.3.7; RFC 8725 (which algorithms count is for us to say:
no ``none``, and no HMAC, whose key would be what everybody can read).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, RSAKey
from joserfc.jws import CompactSignature

from poolhouse.domain.federated_users import LONGEST_SUBJECT
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.federation.endpoints import Endpoints
from poolhouse.federation.failures import ProviderFailure
from poolhouse.house import House

ALGORITHMS: Final = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
)
LEEWAY_SECONDS: Final = 60
_LONGEST_TOKEN: Final = 65_536
# Google has been known by two names (its documentation of ID tokens).
_ALIASES: Final = {"https://accounts.google.com": "accounts.google.com"}


async def claims_of(
    house: House,
    provider: IdentityProvider,
    endpoints: Endpoints,
    token: object,
    nonce: str | None,
) -> dict[str, Any]:
    """The claims of a token that is meant for us, from this provider, and of this sign-in.

    Without a ``nonce`` the token is of no sign-in of ours (token exchange). Raises
    :class:`ProviderFailure`.
    """
    if not isinstance(token, str) or len(token) > _LONGEST_TOKEN:
        raise ProviderFailure("Bad id_token")
    claims = await _signed(house, endpoints, token)
    issuer, client_id = endpoints.issuer, provider.details["client_id"]
    if claims.get("iss") != issuer and claims.get("iss") != _ALIASES.get(issuer or ""):
        raise ProviderFailure(f"Bad id_token issuer {claims.get('iss')}")
    _check_audience(claims, client_id)
    _check_time(claims, house.clock.now_ms() // 1000)
    if nonce is not None and claims.get("nonce") != nonce:
        raise ProviderFailure("Bad id_token nonce")
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise ProviderFailure("username attribute mapping required")
    return claims


async def _signed(house: House, endpoints: Endpoints, token: str) -> dict[str, Any]:
    try:
        header = jws.extract_compact(token.encode()).headers()
        kid, algorithm = header.get("kid"), header.get("alg")
        if algorithm not in ALGORITHMS or not isinstance(kid, str):
            raise ProviderFailure("Bad id_token signature", detail=f"alg {algorithm}, kid {kid}")
        found = await house.providers.keys(house, endpoints.jwks or "", kid)
        verified: CompactSignature = jws.deserialize_compact(
            token.encode(), _usable(found, kid), algorithms=list(ALGORITHMS)
        )
        claims = orjson.loads(verified.payload or b"")
    except (JoseError, ValueError) as error:
        raise ProviderFailure("Bad id_token signature", detail=repr(error)) from error
    if not isinstance(claims, dict):
        raise ProviderFailure("Bad id_token")
    return claims


def _usable(keys: Sequence[Mapping[str, Any]], kid: str) -> KeySet:
    """Public keys that sign. A symmetric one in a published set would be no secret."""
    usable: list[Key] = []
    for key in keys:
        if key.get("use", "sig") != "sig":
            continue
        if key.get("kty") == "RSA":
            usable.append(RSAKey.import_key(dict(key)))
        elif key.get("kty") == "EC":
            usable.append(ECKey.import_key(dict(key)))
    if not usable:
        raise ProviderFailure("Bad id_token signature", detail=f"no key of kid {kid}")
    return KeySet(usable)


def _check_audience(claims: Mapping[str, Any], client_id: str) -> None:
    """With several audiences it must be said whose it is (``azp``), and that must be us."""
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    if client_id not in audiences:
        raise ProviderFailure("Bad id_token audience")
    if party != client_id and (party is not None or len(audiences) > 1):
        raise ProviderFailure("Bad id_token audience")


def _check_time(claims: Mapping[str, Any], now_seconds: int) -> None:
    expiry = _seconds(claims.get("exp"))
    issued = _seconds(claims.get("iat", now_seconds))
    if now_seconds >= expiry + LEEWAY_SECONDS or issued > now_seconds + LEEWAY_SECONDS:
        raise ProviderFailure("Bad id_token expiry")


def _seconds(moment: object) -> float:
    if isinstance(moment, bool) or not isinstance(moment, int | float):
        raise ProviderFailure("Bad id_token expiry")
    return moment
