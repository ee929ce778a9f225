"""/oauth2/idpresponse: a browser comes back from another identity provider.

Source: Amazon Cognito developer guide, "Using OIDC identity providers with a user pool"; OpenID
Connect Core 1.0 section 3.1.2.5; RFC 9207 (whose answer it is).
"""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from poolhouse.accounts import federated
from poolhouse.accounts.federated import Inbound
from poolhouse.auth import sign_in_events
from poolhouse.auth.steps import FlowRequest, Proof
from poolhouse.domain import assurance
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.errors import ServiceError
from poolhouse.federation import arrivals, endpoints
from poolhouse.federation.arrivals import Arrival
from poolhouse.federation.endpoints import Endpoints
from poolhouse.federation.failures import ProviderFailure
from poolhouse.house import House
from poolhouse.oauth import (
    authorization_requests,
    browser_session,
    federation_state,
    provider_choice,
    visits,
)
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.browser_session import Known, Started
from poolhouse.oauth.completion import accept_sign_in, complete
from poolhouse.oauth.federation_state import NotOurs
from poolhouse.oauth.redirects import PageError, ReturnedError, redirect
from poolhouse.oauth.to_provider import returned
from poolhouse.oauth.visits import Visit
from poolhouse.store import identity_providers

# What an app understands if it is handed on; anything else is for the developer to read.
_HANDED_ON: Final = frozenset(
    {
        "access_denied",
        "account_selection_required",
        "consent_required",
        "interaction_required",
        "login_required",
        "server_error",
        "temporarily_unavailable",
    }
)


async def idp_response(house: House, visit: Visit) -> Response:
    """Always a redirect: to the app, or to the error page for what is nobody's answer
    (``late-answer``).
    """
    try:
        return await _answer(house, visit)
    except NotOurs:
        return redirect(PageError("invalid_request").location(visit.base), visit.request_id)
    except PageError as error:
        return redirect(error.location(visit.base), visit.request_id)
    except ReturnedError as error:
        return redirect(error.location, visit.request_id)


async def _answer(house: House, visit: Visit) -> Response:
    if visit.repeated:
        raise NotOurs
    state = await federation_state.take(house, visit)
    request = await authorization_requests.read(house, visits.with_query(visit, state.query))
    provider = await identity_providers.find(
        house.db, house.sealer, visit.pool_id, state.provider_name
    )
    if provider is None:
        raise ReturnedError(request.back, "invalid_request", provider_choice.NOT_OFFERED)
    provider_choice.check(request, provider)
    try:
        places = await endpoints.of_provider(house, provider)
        _check_issuer(visit, places)
        arrival = Arrival(
            code=_code(visit, provider),
            redirect_uri=state.redirect_uri,
            nonce=state.nonce,
            verifier=state.verifier,
            user=visit.parameters.get("user", ""),
        )
        identity = await arrivals.identify(house, provider, places, arrival)
    except ProviderFailure as failure:
        raise returned(request, provider, failure) from failure
    return await _sign_in(
        house, visit, request, Inbound(request.pool, request.client, provider, identity)
    )


async def _sign_in(
    house: House, visit: Visit, request: AuthorizationRequest, inbound: Inbound
) -> Response:
    """Threat protection and second factors are the provider's business (``federated-factors``)."""
    try:
        recognized = await federated.recognize(house, inbound)
    except ServiceError as error:
        raise ReturnedError(request.back, "invalid_request", error.message) from error
    flow = FlowRequest(
        request.pool,
        request.client,
        {},
        by_admin=False,
        client_address=visit.client_address,
        user_agent=visit.user_agent,
        event_id=house.ids.uuid(),
        idp_name=inbound.provider.name,
    )
    methods = assurance.federated(inbound.identity.level)
    proof = Proof(flow, recognized.user, methods=methods)
    if recognized.is_new:
        await sign_in_events.passed(house, proof)
    else:
        await accept_sign_in(house, request, proof)
    session_id = browser_session.new_session_id(house, request.pool)
    known = Known(proof.user, house.clock.now_ms() // 1000, methods, session_id)
    location = await complete(house, request, known, flow.visitor, flow.event_id)
    response = redirect(location, visit.request_id)
    started = Started(proof.user, request.client.id, methods, session_id)
    await browser_session.begin(house, visit, started, response)
    return response


def _check_issuer(visit: Visit, places: Endpoints) -> None:
    """A code that another provider gave must not be shown to this one (mix-up)."""
    issuer = visit.parameters.get("iss")
    if issuer is None and not places.names_issuer:
        return
    if places.issuer is not None and issuer != places.issuer:
        raise ProviderFailure(f"Bad issuer {issuer}")


def _code(visit: Visit, provider: IdentityProvider) -> str:
    error, code = visit.parameters.get("error"), visit.parameters.get("code")
    description = visit.parameters.get("error_description", "")
    if error in _HANDED_ON:
        raise ProviderFailure(description, error=error)
    if error or not code:
        text = f"{provider.name} Error - {error or 'no code'} {description}"
        raise ProviderFailure(text.rstrip())
    return code
