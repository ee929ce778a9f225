"""The way to a provider: the authorization request that a browser is sent with.

Source: OpenID Connect Core 1.0 section 3.1.2.1; RFC 7636. What is passed on of the app's request:
Amazon Cognito developer guide, "The redirect and authorization endpoint".
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.federation.endpoints import Endpoints

_TAKE_HINTS: Final = ("OIDC", "Google")
_BY_FORM: Final = "SignInWithApple"


@dataclass(frozen=True, slots=True)
class Departure:
    """``prompts``, ``login_hint``, ``max_age_seconds`` and ``levels`` are the app's wishes; a level
    of assurance is one of the pool's (1 to 4).
    """

    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    prompts: tuple[str, ...] = ()
    login_hint: str = ""
    max_age_seconds: int | None = None
    levels: tuple[int, ...] = ()


def location(provider: IdentityProvider, endpoints: Endpoints, departure: Departure) -> str:
    """The URL at the provider."""
    sent = {
        "response_type": "code",
        "client_id": provider.details["client_id"],
        "redirect_uri": departure.redirect_uri,
        "scope": provider.details["authorize_scopes"],
        "state": departure.state,
    }
    if endpoints.issuer is not None:
        sent["nonce"] = departure.nonce
    if endpoints.pkce:
        sent |= {
            "code_challenge": _challenge(departure.verifier),
            "code_challenge_method": "S256",
        }
    if provider.kind == _BY_FORM:
        # Apple tells names and addresses in no other way.
        sent["response_mode"] = "form_post"
    sent |= _wishes(provider, departure)
    joint = "&" if "?" in endpoints.authorize else "?"
    return f"{endpoints.authorize}{joint}{urlencode(sent)}"


def _wishes(provider: IdentityProvider, departure: Departure) -> dict[str, str]:
    """``wishes-passed-on``"""
    wishes: dict[str, str] = {}
    prompts = [each for each in departure.prompts if each != "none"]
    if prompts:
        wishes["prompt"] = " ".join(prompts)
    if departure.login_hint and provider.kind in _TAKE_HINTS:
        wishes["login_hint"] = departure.login_hint
    if departure.max_age_seconds is not None and provider.kind == "OIDC":
        wishes["max_age"] = str(departure.max_age_seconds)
    named = [provider.acr_mapping.get(f"Level{level}") for level in departure.levels]
    if any(named):
        wishes["acr_values"] = " ".join(name for name in named if name)
    return wishes


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return urlsafe_b64encode(digest).rstrip(b"=").decode()
