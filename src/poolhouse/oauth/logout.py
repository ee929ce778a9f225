"""GET /logout: end the browser's session, then go to a registered place.

Source: Amazon Cognito developer guide, "The managed login sign-out endpoint". Tokens live on. The
parameters of OpenID Connect RP-Initiated Logout 1.0 are understood as well.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from starlette.responses import Response

from poolhouse.domain.records import AppClient
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.oauth import browser_session
from poolhouse.oauth.authorization_requests import find_client
from poolhouse.oauth.redirects import PRIVATE, PageError, Return, redirect
from poolhouse.oauth.visits import Visit
from poolhouse.tokens import verify

# Observed in form only; the sentence is ours to keep.
MISSING = "Required String parameter 'redirect_uri' is not present"
_KEPT = ("client_id", "response_type", "redirect_uri", "scope", "state", "nonce")


async def logout(house: House, visit: Visit) -> Response:
    """To ``logout_uri``, or with ``redirect_uri`` to the sign-in page; the former wins."""
    visit = await _with_cognito_names(house, visit)
    try:
        _, client = await find_client(house, visit)
        location = _location(visit, client)
    except PageError as error:
        return redirect(error.location(visit.base), visit.request_id)
    if location is None:
        headers = {**PRIVATE, "content-type": "text/plain;charset=UTF-8"}
        return Response(MISSING, status_code=400, headers=headers)
    response = redirect(location, visit.request_id)
    await browser_session.end(house, visit, response)
    return response


async def _with_cognito_names(house: House, visit: Visit) -> Visit:
    """The standard's parameters under Cognito's names; the ID token tells whose app it was."""
    given = dict(visit.parameters)
    if "post_logout_redirect_uri" in given:
        given["logout_uri"] = given["post_logout_redirect_uri"]
    if "client_id" not in given and "id_token_hint" in given:
        try:
            claims = await verify.signed_claims(house, given["id_token_hint"])
        except NotAuthorizedException:
            return visit
        given["client_id"] = str(claims.get("aud", ""))
    return replace(visit, parameters=given)


def _location(visit: Visit, client: AppClient) -> str | None:
    given = visit.parameters
    if not visit.repeated.isdisjoint({"logout_uri", "redirect_uri", "post_logout_redirect_uri"}):
        raise PageError("redirect_mismatch", client.id)
    if "logout_uri" in given:
        url = _registered(given["logout_uri"], client.settings.get("LogoutURLs") or (), client)
        if "post_logout_redirect_uri" not in given or "state" not in given:
            return url
        return Return(url, given["state"], in_fragment=False).with_outcome({})
    if "redirect_uri" not in given:
        return None
    _registered(given["redirect_uri"], client.callback_urls, client)
    kept = {name: given[name] for name in _KEPT if name in given}
    return f"{visit.base}/login?{urlencode({'scope': ' '.join(client.oauth_scopes), **kept})}"


def _registered(url: str, registered: tuple[str, ...] | list[str], client: AppClient) -> str:
    if url not in registered:
        raise PageError("redirect_mismatch", client.id)
    return url
