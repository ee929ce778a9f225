"""The way back from a provider: a code becomes tokens, tokens become what is known of somebody.

Source: OpenID Connect Core 1.0 sections 3.1.3 and 5.3; Amazon Cognito developer guide, "Using
social identity providers" and "Using OIDC identity providers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

import orjson

from poolhouse.domain import assurance
from poolhouse.domain.federated_users import LONGEST_SUBJECT
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.inbound_identities import InboundIdentity, ProviderType
from poolhouse.domain.provider_details import TYPES
from poolhouse.federation import id_tokens
from poolhouse.federation.asking import Answer, ask
from poolhouse.federation.client_proof import credentials
from poolhouse.federation.endpoints import Endpoints
from poolhouse.federation.failures import ProviderFailure, Unreachable
from poolhouse.house import House

_TOKEN_TIMEOUT: Final = "Timeout occurred in calling IdP token endpoint"
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a browser brings back, with what it was sent away with. ``user`` is what Apple tells of
    somebody beside the code, once.
    """

    code: str
    redirect_uri: str
    nonce: str
    verifier: str
    user: str = ""


async def identify(
    house: House, provider: IdentityProvider, endpoints: Endpoints, arrival: Arrival
) -> InboundIdentity:
    """Who has signed in there. Raises :class:`ProviderFailure`."""
    tokens = await _redeemed(house, provider, endpoints, arrival)
    claims: dict[str, Any] = {}
    if endpoints.issuer is not None:
        claims = await id_tokens.claims_of(
            house, provider, endpoints, tokens.get("id_token"), arrival.nonce
        )
    user_info = await _user_info(house, provider, endpoints, tokens, claims)
    if "sub" in claims and user_info.get("sub", claims["sub"]) != claims["sub"]:
        # OpenID Connect Core 1.0 section 5.3.2: it would be about somebody else.
        raise ProviderFailure("Bad userInfo subject")
    subject = claims.get("sub") or user_info.get(TYPES[provider.kind].subject or "")
    if not subject or len(str(subject)) > LONGEST_SUBJECT:
        raise ProviderFailure("username attribute mapping required")
    return InboundIdentity(
        provider_name=provider.name,
        provider_type=cast(ProviderType, provider.kind),
        token_response=tokens,
        id_token=claims,
        user_info={**_told_beside(arrival.user), **user_info},
        subject=str(subject),
        level=assurance.level_of(provider.acr_mapping, claims.get("acr")),
    )


async def _redeemed(
    house: House, provider: IdentityProvider, endpoints: Endpoints, arrival: Arrival
) -> dict[str, Any]:
    fields = {
        "grant_type": "authorization_code",
        "code": arrival.code,
        "redirect_uri": arrival.redirect_uri,
        **credentials(house, provider),
        **({"code_verifier": arrival.verifier} if endpoints.pkce else {}),
    }
    try:
        if provider.details.get("token_request_method") == "GET":
            answer = await ask(house, "GET", endpoints.token, query=fields)
        else:
            answer = await ask(house, "POST", endpoints.token, form=fields)
    except Unreachable as error:
        text = _TOKEN_TIMEOUT if error.timed_out else error.text
        raise ProviderFailure(text, detail=error.detail) from error
    tokens = answer.document() or {}
    if answer.status != _OK:
        raise ProviderFailure(_refused(provider, answer, tokens))
    if not isinstance(tokens.get("access_token"), str):
        raise ProviderFailure(f"{provider.name} Error - {answer.status} error getting token")
    return tokens


def _refused(provider: IdentityProvider, answer: Answer, document: Mapping[str, Any]) -> str:
    if provider.kind == "Google":
        return f"Google Error - {answer.status} {document.get('error', '')}".rstrip()
    return f"{provider.name} Error - {answer.status} error getting token"


async def _user_info(
    house: House,
    provider: IdentityProvider,
    endpoints: Endpoints,
    tokens: Mapping[str, Any],
    claims: Mapping[str, Any],
) -> dict[str, Any]:
    """What the provider says of the user beside the ID token; empty when it has nothing to ask."""
    url = endpoints.attributes
    if url is None:
        return {}
    if provider.details.get("attributes_url_add_attributes") == "true":
        wanted = _wanted(provider, tokens, claims)
        if not wanted:
            return {}
        url += ",".join(wanted)
    by_post = provider.details.get("attributes_request_method") == "POST"
    method: Literal["GET", "POST"] = "POST" if by_post else "GET"
    try:
        answer = await ask(house, method, url, bearer=tokens["access_token"])
    except Unreachable as error:
        raise ProviderFailure(error.text, detail=error.detail) from error
    document = answer.document()
    if answer.status != _OK or document is None:
        raise ProviderFailure(f"{provider.name} Error - {answer.status} error getting userInfo")
    return document


def _wanted(
    provider: IdentityProvider, tokens: Mapping[str, Any], claims: Mapping[str, Any]
) -> list[str]:
    """Which fields to name where only named ones are answered: what is mapped and not yet known."""
    subject = TYPES[provider.kind].subject or ""
    names = dict.fromkeys([subject, *provider.mapping.values()])
    return [name for name in names if name and name not in claims and name not in tokens]


def _told_beside(user: str) -> dict[str, Any]:
    """Apple's ``user``: unsigned, from the browser, so only a name is taken from it."""
    try:
        name = orjson.loads(user)["name"]
        return {"firstName": str(name["firstName"]), "lastName": str(name["lastName"])}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return {}
