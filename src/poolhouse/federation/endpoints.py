"""Where a provider is to be found: by its details, and for the rest by its discovery document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.federation.failures import ProviderFailure
from poolhouse.house import House


@dataclass(frozen=True, slots=True)
class Endpoints:
    """``issuer`` is None for providers that have no ID tokens. ``names_issuer``: every answer
    says whose it is (RFC 9207).
    """

    authorize: str
    token: str
    attributes: str | None = None
    issuer: str | None = None
    jwks: str | None = None
    pkce: bool = False
    names_issuer: bool = False


async def of_provider(house: House, provider: IdentityProvider) -> Endpoints:
    """Raises :class:`ProviderFailure`."""
    details = provider.details
    issuer = details.get("oidc_issuer")
    if issuer is None:
        return Endpoints(
            details["authorize_url"], details["token_url"], details.get("attributes_url")
        )
    if details.get("jwks_uri"):
        return Endpoints(
            details["authorize_url"],
            details["token_url"],
            details.get("attributes_url"),
            issuer,
            details["jwks_uri"],
        )
    document = await house.providers.discovery(house, issuer)
    methods = document.get("code_challenge_methods_supported")
    return Endpoints(
        authorize=details.get("authorize_url") or _url(document, issuer, "authorization_endpoint"),
        token=details.get("token_url") or _url(document, issuer, "token_endpoint"),
        attributes=details.get("attributes_url") or _userinfo(document, issuer),
        issuer=issuer,
        jwks=_url(document, issuer, "jwks_uri"),
        pkce=isinstance(methods, list) and "S256" in methods,
        names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
    )


def _url(document: Any, issuer: str, name: str) -> str:
    url = document.get(name)
    # A provider out there must not send us to a service of this machine.
    if not isinstance(url, str) or (issuer.startswith("https:") and not url.startswith("https:")):
        raise ProviderFailure(f"Bad {name} in the discovery document of {issuer}")
    return url


def _userinfo(document: Any, issuer: str) -> str | None:
    """Not every provider has one."""
    if "userinfo_endpoint" not in document:
        return None
    return _url(document, issuer, "userinfo_endpoint")
