"""Sending a browser to another identity provider."""

from __future__ import annotations

import structlog
from starlette.responses import Response

from poolhouse.domain import assurance
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.federation import departures, endpoints
from poolhouse.federation.departures import Departure
from poolhouse.federation.failures import ProviderFailure
from poolhouse.house import House
from poolhouse.oauth import federation_state
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.federation_state import LONGEST_QUERY, FederationState
from poolhouse.oauth.redirects import ReturnedError, redirect
from poolhouse.oauth.visits import Visit

log = structlog.get_logger("poolhouse.oauth")

CALLBACK = "/oauth2/idpresponse"


async def send(
    house: House, visit: Visit, request: AuthorizationRequest, provider: IdentityProvider
) -> Response:
    """The redirect there. Raises :class:`ReturnedError` when its place cannot be found out."""
    if len(visit.query) > LONGEST_QUERY:
        raise ReturnedError(request.back, "invalid_request")
    try:
        places = await endpoints.of_provider(house, provider)
    except ProviderFailure as failure:
        raise returned(request, provider, failure) from failure
    browser = federation_state.browser_value(house, visit)
    state = FederationState(
        provider.name,
        visit.query,
        house.ids.token(),
        house.ids.token(),
        f"{_origin(house, visit)}{CALLBACK}",
    )
    departure = Departure(
        state=federation_state.seal(house, visit, state, browser),
        nonce=state.nonce,
        verifier=state.verifier,
        redirect_uri=state.redirect_uri,
        prompts=request.prompts,
        login_hint=request.login_hint,
        max_age_seconds=request.max_age_seconds,
        levels=tuple(assurance.levels_named(request.pool, request.acr_values)),
    )
    response = redirect(departures.location(provider, places, departure), visit.request_id)
    federation_state.remember(visit, response, browser)
    return response


def returned(
    request: AuthorizationRequest, provider: IdentityProvider, failure: ProviderFailure
) -> ReturnedError:
    """What the app hears of a failure; the log knows more."""
    log.warning(
        "a provider failed",
        provider=provider.name,
        description=failure.description,
        detail=failure.detail,
    )
    return ReturnedError(request.back, failure.error, failure.description)


def _origin(house: House, visit: Visit) -> str:
    """The pool in the form that the browser came by, as it is to be found from outside."""
    if visit.base:
        return f"{house.settings.base_url}{visit.base}"
    return f"{'https' if visit.secure else 'http'}://{visit.authority}"
