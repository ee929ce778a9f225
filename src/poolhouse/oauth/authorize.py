"""GET /oauth2/authorize: straight back with a code for who is signed in, else to the sign-in page.

Source: Amazon Cognito developer guide, "The redirect and authorization endpoint"; OpenID Connect
Core 1.0 section 3.1.2 (``prompt``, ``max_age``). ``prompt`` is read on every domain: that the
classic pages ignore it is documented, and helps nobody.
"""

from __future__ import annotations

from starlette.responses import Response

from poolhouse.auth import step_up
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.oauth import authorization_requests, browser_session
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.browser_session import Known, lasts
from poolhouse.oauth.completion import complete
from poolhouse.oauth.redirects import PageError, ReturnedError, redirect
from poolhouse.oauth.visits import Visit
from poolhouse.tokens import verify


async def authorize(house: House, visit: Visit) -> Response:
    """Always a redirect: to the app, to the sign-in page, or to the error page."""
    try:
        location = await _location(house, visit)
    except PageError as error:
        location = error.location(visit.base)
    except ReturnedError as error:
        location = error.location
    return redirect(location, visit.request_id)


async def _location(house: House, visit: Visit) -> str:
    request = await authorization_requests.read(house, visit)
    session = await browser_session.find(house, visit)
    if session is not None and await is_answered_by(house, request, session):
        return await complete(house, request, session)
    if "none" in request.prompts:
        raise ReturnedError(request.back, "login_required")
    return f"{visit.base}/login?{visit.query}"


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
