"""How the pool proves to a provider who asks: a shared secret, or, to Apple, a signed token.

Source: OpenID Connect Core 1.0 section 9 (``client_secret_post``); Apple, "Creating a client
secret".
"""

from __future__ import annotations

import textwrap

from joserfc import jwt
from joserfc.jwk import ECKey

from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.federation.failures import ProviderFailure
from poolhouse.house import House

_LIFE_SECONDS = 300


def credentials(house: House, provider: IdentityProvider) -> dict[str, str]:
    """The fields to send with a token request. Raises :class:`ProviderFailure`."""
    details = provider.details
    named = {"client_id": details["client_id"]}
    if provider.kind == "SignInWithApple":
        return {**named, "client_secret": _signed(house, provider)}
    if not details.get("client_secret"):
        return named
    return {**named, "client_secret": details["client_secret"]}


def _signed(house: House, provider: IdentityProvider) -> str:
    details = provider.details
    now_seconds = house.clock.now_ms() // 1000
    claims = {
        "iss": details["team_id"],
        "iat": now_seconds,
        "exp": now_seconds + _LIFE_SECONDS,
        "aud": details["oidc_issuer"],
        "sub": details["client_id"],
    }
    try:
        key = ECKey.import_key(_pem(details["private_key"]))
    except ValueError as error:
        raise ProviderFailure(f"{provider.name} Error - the private key cannot be read") from error
    return jwt.encode({"alg": "ES256", "kid": details["key_id"]}, claims, key)


def _pem(private_key: str) -> str:
    """Apple's file, or only what stands between its first and last line, as the console asks."""
    if "-----BEGIN" in private_key:
        return private_key
    lines = "\n".join(textwrap.wrap("".join(private_key.split()), 64))
    return f"-----BEGIN PRIVATE KEY-----\n{lines}\n-----END PRIVATE KEY-----\n"
