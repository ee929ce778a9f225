"""Machine tokens: the client credentials grant, at the token endpoint and by GetClientToken.

Source: RFC 6749 section 4.4; Amazon Cognito developer guide, "Scopes, M2M, and resource servers".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from poolhouse.domain import scopes as scope_rules
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.records import AppClient, ResourceServer, UserPool
from poolhouse.house import House
from poolhouse.store import resource_servers
from poolhouse.tokens.issue import TokenSet, issue


class UnknownScope(Exception):
    """No resource server of the pool declares the scope that was asked for."""


class ScopeNotAllowed(Exception):
    """The scope exists, and this app client may not have it."""


async def judge_scopes(
    house: House, client: AppClient, requested: Sequence[str]
) -> tuple[str, ...]:
    """The scopes of a machine token: those requested, or without a request all of the client's.

    A scope that the client still names but no resource server declares any more is left out when
    nothing was requested. Raises :class:`UnknownScope` and :class:`ScopeNotAllowed`.
    """
    allowed = scope_rules.custom(client.oauth_scopes)
    servers = await _servers_of(house, client.pool_id, requested or allowed)
    if not requested:
        return tuple(scope for scope in allowed if scope_rules.exists(scope, servers))
    for scope in requested:
        if not scope_rules.exists(scope, servers):
            raise UnknownScope(scope)
        if scope not in allowed:
            raise ScopeNotAllowed(scope)
    return tuple(dict.fromkeys(requested))


async def _servers_of(house: House, pool_id: str, scopes: Sequence[str]) -> list[ResourceServer]:
    """The resource servers that ``scopes`` name, as far as they exist."""
    parts = [scope_rules.split(scope) for scope in scopes]
    identifiers = dict.fromkeys(part[0] for part in parts if part is not None)
    found = [await resource_servers.find(house.db, pool_id, name) for name in identifiers]
    return [server for server in found if server is not None]


async def issue_machine_token(
    house: House,
    pool: UserPool,
    client: AppClient,
    scopes: Sequence[str],
    client_metadata: Mapping[str, str] | None,
) -> TokenSet:
    """An access token for the client itself. Nothing is stored: it can only expire."""
    return await issue(
        house,
        Authentication(
            pool=pool,
            client=client,
            source="TokenGeneration_ClientCredentials",
            user=None,
            groups=(),
            scopes=tuple(scopes),
            auth_time=house.clock.now_ms() // 1000,
            by_oauth=True,
            client_metadata=client_metadata,
        ),
    )
