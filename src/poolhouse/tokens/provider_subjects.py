"""Tokens of identity providers that are exchanged: whose they are here.

Source: Amazon Cognito API reference, GetDerivedToken (``SubjectTokenProviderName``). Which tokens
count, and for whom, is ours (``provider-subjects``).
"""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.domain import assurance
from poolhouse.domain.records import AppClient, User, UserPool
from poolhouse.errors import NotAuthorizedException
from poolhouse.federation import endpoints, id_tokens
from poolhouse.federation.failures import ProviderFailure
from poolhouse.house import House
from poolhouse.store import identity_providers, linked_identities, users
from poolhouse.store.sign_ins import SignIn


@dataclass(frozen=True, slots=True)
class ProviderSubject:
    """The user, a sign-in that is not stored yet, and until when the token is good (seconds)."""

    user: User
    sign_in: SignIn
    latest_exp: int


class NoSuchProvider(Exception):
    """The app client's users do not sign in there, or it has no ID tokens."""


async def find(
    house: House, pool: UserPool, client: AppClient, provider_name: str, token: str
) -> ProviderSubject:
    """Whoever has signed in through the provider before, by an ID token that is meant for us.

    Raises :class:`NoSuchProvider`, and :class:`NotAuthorizedException` for a token that is not
    good, or of somebody who is not a user.
    """
    provider = await identity_providers.find(house.db, house.sealer, pool.id, provider_name)
    listed = client.settings.get("SupportedIdentityProviders") or ()
    if provider is None or provider_name not in listed or "oidc_issuer" not in provider.details:
        raise NoSuchProvider(provider_name)
    try:
        places = await endpoints.of_provider(house, provider)
        claims = await id_tokens.claims_of(house, provider, places, token, None)
    except ProviderFailure as failure:
        raise NotAuthorizedException(
            "Invalid subject token", detail=f"{failure.description} {failure.detail}"
        ) from failure
    known = await linked_identities.find(house.db, pool.id, provider_name, claims["sub"])
    user = await users.find_by_sub(house.db, pool.id, known.sub) if known else None
    if user is None:
        raise NotAuthorizedException("Invalid subject token")
    now_ms = house.clock.now_ms()
    sign_in = SignIn(
        pool_id=pool.id,
        event_id=house.ids.uuid(),
        origin_jti=None,
        client_id=client.id,
        sub=user.sub,
        auth_time=now_ms // 1000,
        revoked_ms=None,
        expires_ms=now_ms,
        scopes=client.oauth_scopes,
        by_oauth=True,
        methods=assurance.federated(assurance.level_of(provider.acr_mapping, claims.get("acr"))),
    )
    return ProviderSubject(user, sign_in, int(claims["exp"]))
