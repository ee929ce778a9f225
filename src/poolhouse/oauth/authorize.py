"""GET /oauth2/authorize: straight back with a code for who is signed in, else to the sign-in page.

Source: Amazon Cognito developer guide, "The redirect and authorization endpoint"; OpenID Connect
Core 1.0 section 3.1.2 (``prompt``, ``max_age``). ``prompt`` is read on every domain: that the
classic pages ignore it is documented, and helps nobody.
"""

from __future__ import annotations

from starlette.responses import Response

from poolhouse.auth import step_up
from poolhouse.domain.identity_providers import IdentityProvider
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.oauth import authorization_requests, browser_session, provider_choice, to_provider
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.browser_session import Known, lasts
from poolhouse.oauth.completion import complete
from poolhouse.oauth.redirects import PageError, ReturnedError, redirect
from poolhouse.oauth.visits import Visit
from poolhouse.store import identity_providers
from poolhouse.tokens import verify


async def authorize(house: House, visit: Visit) -> Response:
    """Always a redirect: to the app, to the sign-in page, to a provider, or to the error page."""
    try:
        return await _answer(house, visit)
    except PageError as error:
        return redirect(error.location(visit.base), visit.request_id)
    except ReturnedError as error:
        return redirect(error.location, visit.request_id)


async def _answer(house: House, visit: Visit) -> Response:
    """An app that names a provider wants a person to be asked there, whoever is signed in here
    (``provider-before-cookie``).
    """
    request = await authorization_requests.read(house, visit)
    provider = await provider_choice.named(house, visit, request)
    silent = "none" in request.prompts
    if provider is None or silent:
        session = await browser_session.find(house, visit)
        if session is not None and await is_answered_by(house, request, session):
            if not request.client.registered_itself:
                return redirect(await complete(house, request, session), visit.request_id)
            # ``registered-asks``: the sign-in page names the app, and has a button.
            if silent:
                raise ReturnedError(request.back, "consent_required")
    if silent:
        raise ReturnedError(request.back, "login_required")
    if provider is None:
        provider = await _only_provider(house, visit, request)
    if provider is not None:
        return await to_provider.send(house, visit, request, provider)
    return redirect(f"{visit.base}/login?{visit.query}", visit.request_id)


async def _only_provider(
    house: House, visit: Visit, request: AuthorizationRequest
) -> IdentityProvider | None:
    """The one provider there is, where there is nothing to choose."""
    name = await provider_choice.only(house, request.client)
    if name is None:
        return None
    return await identity_providers.find(house.db, house.sealer, visit.pool_id, name)


async def is_answered_by(house: House, request: AuthorizationRequest, known: Known) -> bool:
    """Whether a sign-in of before answers the request without a person: recent enough, strong
    enough, and of the person who is meant.
    """
    if "login" in request.prompts:
        return False
    age_seconds = house.clock.now_ms() // 1000 - known.auth_time
    if request.max_age_seconds is not None and age_seconds > request.max_age_seconds:
        return False
    if not await lasts(house, request.pool, request.client, known):
        return False
    asked = await step_up.asked_by_page(house, request.pool, known.user, request.acr_values)
    if asked is not None and not step_up.is_reached(asked, known.methods):
        return False
    return await _is_meant(house, request, known.user)


async def _is_meant(house: House, request: AuthorizationRequest, user: User) -> bool:
    """Whether the person who is signed in is the one an ID token of before names."""
    if request.id_token_hint is None:
        return True
    try:
        claims = await verify.signed_claims(house, request.id_token_hint)
    except NotAuthorizedException:
        return False
    return claims.get("sub") == user.sub and str(claims.get("iss", "")).endswith(
        f"/{request.pool.id}"
    )
