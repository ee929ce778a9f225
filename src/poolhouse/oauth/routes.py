"""The OAuth face's map: which path of a pool is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import urlencode

import structlog
from starlette.requests import Request
from starlette.responses import Response

from poolhouse.bodies import read_body
from poolhouse.domain.records import UserPool
from poolhouse.errors import ResourceNotFoundException, ServiceError
from poolhouse.house import House
from poolhouse.oauth import discovery, endpoints, forms, pool_paths, responses, standards, visits
from poolhouse.oauth.authorize import authorize
from poolhouse.oauth.errors import OAuthError, translate
from poolhouse.oauth.from_provider import idp_response
from poolhouse.oauth.logout import logout
from poolhouse.oauth.pool_paths import Place
from poolhouse.oauth.redirects import redirect
from poolhouse.oauth.register import register
from poolhouse.oauth.to_provider import CALLBACK
from poolhouse.oauth.userinfo import userinfo
from poolhouse.oauth.visits import Visit
from poolhouse.store import clients, pools
from poolhouse.store.database import DatabaseUnavailable

log = structlog.get_logger("poolhouse.oauth")

_MOST_BODY_BYTES: Final = 65_536

Document = Callable[[House, UserPool], Awaitable[Response]]
Endpoint = Callable[[House, str | None, str, forms.Form, str], Awaitable[Response]]

Redirection = Callable[[House, Visit], Awaitable[Response]]

_DOCUMENTS: Final[dict[str, Document]] = {
    "/.well-known/jwks.json": discovery.jwks,
    "/.well-known/openid-configuration": discovery.openid_configuration,
}
_ENDPOINTS: Final[dict[str, Endpoint]] = {
    "/oauth2/token": endpoints.token,
    "/oauth2/revoke": endpoints.revoke,
}
_REDIRECTIONS: Final[dict[str, Redirection]] = {
    "/oauth2/authorize": authorize,
    "/authorize": authorize,
    "/logout": logout,
    CALLBACK: idp_response,
}
_USERINFO: Final = "/oauth2/userInfo"
_REGISTER: Final = "/oauth2/register"
_TAKE_FORMS: Final = ("/oauth2/authorize", "/authorize", CALLBACK)


async def answer(house: House, request: Request) -> Response:
    """Answer any path that is not another face's. Never raises: a bug is a ``server_error`` whose
    details are in the log only.
    """
    request_id = house.ids.uuid()
    try:
        return await _route(house, request, request_id)
    except OAuthError as error:
        return _error(house, request, error, request_id)
    except ServiceError as error:
        if error.detail:
            log.warning(error.code, request_id=request_id, detail=error.detail)
        return _error(house, request, translate(error), request_id)
    except DatabaseUnavailable as error:
        log.error("the database does not answer", request_id=request_id, reason=str(error))
        return responses.error(OAuthError("temporarily_unavailable", status=503), request_id)
    except Exception:
        log.exception("the endpoint failed", request_id=request_id)
        return responses.error(OAuthError("server_error", status=500), request_id)


def _error(house: House, request: Request, problem: OAuthError, request_id: str) -> Response:
    if not house.settings.strict_oauth:
        return responses.error(problem, request_id)
    authorization = request.headers.get("authorization", "")
    return standards.error(problem, request_id, authorization=authorization)


async def _route(house: House, request: Request, request_id: str) -> Response:
    path, method = request.scope["path"], request.scope["method"]
    place = await pool_paths.resolve(house, request.headers.get("host", ""), path)
    if place is None:
        return responses.not_found("Not Found")
    document, endpoint = _DOCUMENTS.get(place.path), _ENDPOINTS.get(place.path)
    if document is not None and place.pool_id is not None:
        return await _document(house, document, place.pool_id, method, request_id)
    if endpoint is not None:
        return await _endpoint(house, endpoint, place, request, request_id)
    if place.path == _USERINFO:
        return await _userinfo(house, place, request, request_id)
    if place.path == _REGISTER and place.pool_id is not None:
        return await _register(house, place.pool_id, request, request_id)
    redirection = _REDIRECTIONS.get(place.path)
    if redirection is not None:
        return await _redirection(house, redirection, place, request, request_id)
    return responses.not_found("Not Found")


async def _userinfo(house: House, place: Place, request: Request, request_id: str) -> Response:
    method = request.scope["method"]
    if method == "OPTIONS":
        return responses.preflight()
    if method not in ("GET", "POST"):
        return responses.empty(request_id, status=405)
    authorization = request.headers.get("authorization", "")
    if method == "POST" and forms.is_form(request.headers.get("content-type", "")):
        # RFC 6750 section 2.2; one way at a time, the header first.
        form = forms.parse(await read_body(request, _MOST_BODY_BYTES))
        authorization = authorization or f"Bearer {form.get('access_token', '')}"
    return await userinfo(house, place.pool_id, authorization, request_id)


async def _register(house: House, pool_id: str, request: Request, request_id: str) -> Response:
    method = request.scope["method"]
    if method == "OPTIONS":
        return responses.preflight()
    if method != "POST":
        return responses.empty(request_id, status=405)
    pool = await pools.find(house.db, pool_id)
    if pool is None:
        return responses.not_found(f"User pool {pool_id} does not exist.")
    return await register(house, pool, request, request_id)


async def _redirection(
    house: House, redirection: Redirection, place: Place, request: Request, request_id: str
) -> Response:
    method = request.scope["method"]
    if method == "POST" and place.path in _TAKE_FORMS:
        return await _as_query(request, request_id)
    # An answer is good once: a look at its headers must not use it up.
    if method not in (("GET",) if place.path == CALLBACK else ("GET", "HEAD")):
        return responses.empty(request_id, status=405)
    if place.pool_id is None:
        return await to_the_pool(house, place, request, request_id)
    if await pools.find(house.db, place.pool_id) is None:
        return responses.not_found(f"User pool {place.pool_id} does not exist.")
    visit = visits.read(house, request, place, place.pool_id, request_id)
    return await redirection(house, visit)


async def _as_query(request: Request, request_id: str) -> Response:
    """An authorization request sent as a form (OpenID Connect Core 1.0 section 3.1.2.1), or the
    answer to one (OAuth 2.0 Form Post Response Mode).

    The browser is sent here again with a GET: only then do its own cookies come along, since they
    stay behind when another site's form is posted.
    """
    if not forms.is_form(request.headers.get("content-type", "")):
        return responses.empty(request_id, status=405)
    pairs = forms.pairs(await read_body(request, _MOST_BODY_BYTES))
    return redirect(f"{request.scope['path']}?{urlencode(pairs)}", request_id)


async def to_the_pool(house: House, place: Place, request: Request, request_id: str) -> Response:
    """Other emulators' forms name no pool: the client does, and cookies need a path of its own."""
    client_id = request.query_params.get("client_id", "")
    try:
        client = await clients.get_by_id(house.db, house.sealer, client_id)
    except ResourceNotFoundException:
        return responses.not_found("Not Found")
    query = request.scope["query_string"].decode("latin-1")
    return redirect(f"/{client.pool_id}{place.path}?{query}", request_id)


async def _document(
    house: House, document: Document, pool_id: str, method: str, request_id: str
) -> Response:
    if method == "OPTIONS":
        return responses.preflight()
    if method not in ("GET", "HEAD"):
        return responses.empty(request_id, status=405)
    pool = await pools.find(house.db, pool_id)
    if pool is None:
        return responses.not_found(f"User pool {pool_id} does not exist.")
    return await document(house, pool)


async def _endpoint(
    house: House, endpoint: Endpoint, place: Place, request: Request, request_id: str
) -> Response:
    method = request.scope["method"]
    if method == "OPTIONS":
        return responses.preflight()
    if method != "POST" or not forms.is_form(request.headers.get("content-type", "")):
        return responses.empty(request_id, status=405)
    form = forms.parse(await read_body(request, _MOST_BODY_BYTES))
    authorization = request.headers.get("authorization", "")
    return await endpoint(house, place.pool_id, authorization, form, request_id)
