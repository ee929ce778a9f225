"""Reading an authorization request: first who asks and where to return to, then what for.

Until client and redirect URI are known to belong together, nothing is redirected (RFC 6749 section
4.1.2.1). Source: Amazon Cognito developer guide, "The redirect and authorization endpoint".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from poolhouse.domain import attribute_claims
from poolhouse.domain import scopes as scope_rules
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import ResourceNotFoundException
from poolhouse.house import House
from poolhouse.oauth.redirects import PageError, Return, ReturnedError
from poolhouse.oauth.visits import Visit
from poolhouse.store import clients, pools, resource_servers
from poolhouse.tokens.issuer import issuer

_FLOWS: Final = {"code": "code", "token": "implicit"}
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
_SECONDS: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
# ``http`` off this machine would send the audience of a token over an open line.
_RESOURCE: Final = re.compile(
    r"(?!http:)[a-z][a-z0-9+.-]*://[^\s#\"<>]+|http://localhost[:/][^\s#\"<>]*", re.ASCII
)


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """A request that may be answered with a code or tokens once a person is known."""

    pool: UserPool
    client: AppClient
    back: Return
    scopes: tuple[str, ...]
    nonce: str | None
    code_challenge: str | None
    resource: str | None
    prompts: tuple[str, ...]
    max_age_seconds: int | None
    acr_values: str
    login_hint: str
    id_token_hint: str | None

    @property
    def wants_code(self) -> bool:
        return not self.back.in_fragment


async def read(house: House, visit: Visit) -> AuthorizationRequest:
    """Raises :class:`PageError` and :class:`ReturnedError`."""
    given = visit.parameters
    pool, client = await find_client(house, visit)
    redirect_uri = given.get("redirect_uri") or client.settings.get("DefaultRedirectURI")
    if redirect_uri not in client.callback_urls or "redirect_uri" in visit.repeated:
        raise PageError("redirect_mismatch", client.id)
    strict = house.settings.strict_oauth
    back = Return(
        redirect_uri,
        given.get("state"),
        given.get("response_type") == "token",
        issuer(house.settings, pool) if strict else None,
    )
    flow = _FLOWS.get(given.get("response_type", ""))
    if flow is None or visit.repeated:
        raise ReturnedError(back, "invalid_request")
    for parameter in ("request", "request_uri"):
        if strict and parameter in given:
            raise ReturnedError(back, f"{parameter}_not_supported")
    if not client.oauth_enabled or flow not in client.oauth_flows:
        raise ReturnedError(back, "unauthorized_client")
    prompts = tuple(given.get("prompt", "").split())
    max_age = given.get("max_age")
    if ("none" in prompts and len(prompts) > 1) or (max_age and not _SECONDS.fullmatch(max_age)):
        raise ReturnedError(back, "invalid_request")
    return AuthorizationRequest(
        pool=pool,
        client=client,
        back=back,
        scopes=await _scopes(house, client, back, given.get("scope")),
        nonce=given.get("nonce"),
        code_challenge=_challenge(back, given, required=_needs_challenge(house, client, back)),
        resource=_resource(pool, back, given.get("resource")),
        prompts=prompts,
        max_age_seconds=int(max_age) if max_age else None,
        acr_values=given.get("acr_values", ""),
        login_hint=given.get("login_hint", ""),
        id_token_hint=given.get("id_token_hint") if strict else None,
    )


async def find_client(house: House, visit: Visit) -> tuple[UserPool, AppClient]:
    """The app client that a browser came for. Raises :class:`PageError`."""
    client_id = visit.parameters.get("client_id")
    if client_id is None or "client_id" in visit.repeated:
        raise PageError("invalid_request")
    try:
        client = await clients.get(house.db, house.sealer, visit.pool_id, client_id)
        return await pools.get(house.db, visit.pool_id), client
    except ResourceNotFoundException as error:
        raise PageError("invalid_client", client_id) from error


async def _scopes(
    house: House, client: AppClient, back: Return, asked: str | None
) -> tuple[str, ...]:
    """Those asked for, or all of the client's; without those that no resource server has now."""
    requested = scope_rules.parse(asked) or client.oauth_scopes
    known_here = {*client.oauth_scopes}
    if house.settings.strict_oauth:
        # What is not understood is left out (OpenID Connect Core 1.0 section 3.1.2.1).
        known_here.add("address")
        requested = tuple(scope for scope in requested if scope in known_here)
    if not requested or not known_here.issuperset(requested):
        raise ReturnedError(back, "invalid_scope")
    if "openid" not in requested and not {"email", "phone", "profile"}.isdisjoint(requested):
        raise ReturnedError(back, "invalid_scope")
    if back.in_fragment and attribute_claims.unreadable_scopes(client.read_attributes, requested):
        # By the code grant the token endpoint says so; here there is no later.
        raise ReturnedError(back, "invalid_scope")
    granted = []
    for scope in requested:
        known = scope in scope_rules.SYSTEM_SCOPES or scope == "address"
        if known or await resource_servers.scope_exists(house.db, client.pool_id, scope):
            granted.append(scope)
    return tuple(granted)


def _needs_challenge(house: House, client: AppClient, back: Return) -> bool:
    """RFC 9700 section 2.1.1; Cognito leaves it to the app."""
    wanted = house.settings.require_pkce
    by_client = wanted == "always" or (wanted == "public" and not client.secrets)
    return by_client and not back.in_fragment


def _challenge(back: Return, given: Mapping[str, str], *, required: bool) -> str | None:
    challenge, method = given.get("code_challenge"), given.get("code_challenge_method")
    if challenge is None and method is None:
        if required:
            raise ReturnedError(back, "invalid_request", "code_challenge is required")
        return None
    if method != "S256" or challenge is None or _CHALLENGE.fullmatch(challenge) is None:
        raise ReturnedError(back, "invalid_request")
    return challenge


def _resource(pool: UserPool, back: Return, resource: str | None) -> str | None:
    """The audience of the access token (RFC 8707); pools of the plan Lite have none."""
    if resource is None or pool.tier == "LITE":
        return None
    if _RESOURCE.fullmatch(resource) is None:
        raise ReturnedError(back, "invalid_request")
    return resource
