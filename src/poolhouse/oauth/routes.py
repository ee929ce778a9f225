"""The OAuth face's map: which path of a pool is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from poolhouse.bodies import read_body
from poolhouse.domain.records import UserPool
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.oauth import discovery, endpoints, forms, pool_paths, responses
from poolhouse.oauth.errors import OAuthError, translate
from poolhouse.oauth.pool_paths import Place
from poolhouse.store import pools

log = structlog.get_logger("poolhouse.oauth")

_MOST_BODY_BYTES: Final = 65_536

Document = Callable[[House, UserPool], Awaitable[Response]]
Endpoint = Callable[[House, str | None, str, forms.Form, str], Awaitable[Response]]

_DOCUMENTS: Final[dict[str, Document]] = {
    "/.well-known/jwks.json": discovery.jwks,
    "/.well-known/openid-configuration": discovery.openid_configuration,
}
_ENDPOINTS: Final[dict[str, Endpoint]] = {
    "/oauth2/token": endpoints.token,
    "/oauth2/revoke": endpoints.revoke,
}


async def answer(house: House, request: Request) -> Response:
    """Answer any path that is not another face's. Never raises: a bug is a ``server_error`` whose
    details are in the log only.
    """
    request_id = house.ids.uuid()
    try:
        return await _route(house, request, request_id)
    except OAuthError as error:
        return responses.error(error, request_id)
    except ServiceError as error:
        if error.detail:
            log.warning(error.code, request_id=request_id, detail=error.detail)
        return responses.error(translate(error), request_id)
    except Exception:
        log.exception("the endpoint failed", request_id=request_id)
        return responses.error(OAuthError("server_error", status=500), request_id)


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
    return responses.not_found("Not Found")


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
