"""Which provider a request means, and which ones a sign-in page offers.

Source: Amazon Cognito developer guide, "The redirect and authorization endpoint"
(``identity_provider``, ``idp_identifier``).
"""

from __future__ import annotations

from typing import Final

from poolhouse.domain.client_oauth import LOCAL_PROVIDER
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.records import AppClient
from poolhouse.errors import ResourceNotFoundException
from poolhouse.house import House
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.redirects import ReturnedError
from poolhouse.oauth.visits import Visit
from poolhouse.store import identity_providers

# ``provider-not-offered``
NOT_OFFERED: Final = "Login option is not available. Please try another one"
# ``saml-sign-in``
NO_SAML: Final = "Sign-in through SAML providers is not supported"
_SAML: Final = "SAML"


async def named(
    house: House, visit: Visit, request: AuthorizationRequest
) -> IdentityProvider | None:
    """The provider that the app asks for by name or identifier; None for none, or ``COGNITO``.

    Raises :class:`ReturnedError` for one that the app client does not have.
    """
    name = visit.parameters.get("identity_provider")
    identifier = visit.parameters.get("idp_identifier")
    if name == LOCAL_PROVIDER and not takes_local_users(request.client):
        raise ReturnedError(request.back, "invalid_request", NOT_OFFERED)
    if name == LOCAL_PROVIDER or (name is None and identifier is None):
        return None
    pool_id = visit.pool_id
    try:
        if name is not None:
            provider = await identity_providers.get(house.db, house.sealer, pool_id, name)
        else:
            provider = await identity_providers.get_by_identifier(
                house.db, house.sealer, pool_id, identifier or ""
            )
    except ResourceNotFoundException as error:
        raise ReturnedError(request.back, "invalid_request", NOT_OFFERED) from error
    check(request, provider)
    return provider


def check(request: AuthorizationRequest, provider: IdentityProvider) -> None:
    """Raises :class:`ReturnedError` when the app client's users may not sign in there."""
    if provider.name not in _listed(request.client):
        raise ReturnedError(request.back, "invalid_request", NOT_OFFERED)
    if provider.kind == _SAML:
        raise ReturnedError(request.back, "invalid_request", NO_SAML)


async def offered(house: House, client: AppClient) -> tuple[str, ...]:
    """The names of the providers to choose from, in the order of the app client's list."""
    listed = [name for name in _listed(client) if name != LOCAL_PROVIDER]
    if not listed:
        return ()
    found = await identity_providers.of_pool(house.db, house.sealer, client.pool_id)
    return tuple(name for name in listed if name in found and found[name].kind != _SAML)


def takes_local_users(client: AppClient) -> bool:
    """Whether users of the pool itself sign in; without a list they do."""
    listed = _listed(client)
    return not listed or LOCAL_PROVIDER in listed


async def only(house: House, client: AppClient) -> str | None:
    """The provider's name where there is no other way to sign in."""
    if takes_local_users(client):
        return None
    names = await offered(house, client)
    return names[0] if len(names) == 1 else None


def _listed(client: AppClient) -> list[str]:
    return list(client.settings.get("SupportedIdentityProviders") or ())
