"""The OAuth face's map: which path of a pool is answered by what."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from poolhouse.bodies import read_body
from poolhouse.errors import RequestEntityTooLargeException, ServiceError
from poolhouse.house import House
from poolhouse.oauth import discovery, forms, pool_paths, responses
from poolhouse.oauth.client_authentication import authenticate
from poolhouse.oauth.errors import OAuthError, translate
from poolhouse.oauth.grants import GRANTS
from poolhouse.store import pools
from poolhouse.tokens.revoke import revoke_token

log = structlog.get_logger("poolhouse.oauth")

_MOST_BODY_BYTES = 65_536
Document = Callable[[House, str], Awaitable[Response]]
Endpoint = Callable[[House, Request, str | None, str], Awaitable[Response]]


async def answer(house: House, request: Request) -> Response:
    """Answer any path that is not another face's. Never raises."""
    path, method = request.scope["path"], request.scope["method"]
    request_id = house.ids.uuid()
    place = await pool_paths.resolve(house, request.headers.get("host", ""), path)
    if place is None:
        return _not_found()
    document = _DOCUMENTS.get(place.path)
    if document is not None and place.pool_id is not None:
        return await document(house, place.pool_id)
    endpoint = _ENDPOINTS.get(place.path)
    if endpoint is None:
        return _not_found()
    if method == "OPTIONS":
        return responses.preflight()
    if method != "POST" or not _is_form(request):
        return responses.empty(request_id, status=405)
    return await _guarded(endpoint, house, request, place.pool_id, request_id)


async def _guarded(
    endpoint: Endpoint, house: House, request: Request, pool_id: str | None, request_id: str
) -> Response:
    try:
        return await endpoint(house, request, pool_id, request_id)
    except OAuthError as error:
        return responses.error(error, request_id)
    except RequestEntityTooLargeException:
        return responses.error(OAuthError("invalid_request", status=413), request_id)
    except ServiceError as error:
        if error.detail:
            log.warning(error.code, request_id=request_id, detail=error.detail)
        return responses.error(translate(error), request_id)
    except Exception:
        log.exception("the endpoint failed", request_id=request_id)
        return responses.error(OAuthError("server_error", status=500), request_id)


async def _token(house: House, request: Request, pool_id: str | None, request_id: str) -> Response:
    form = forms.parse(await read_body(request, _MOST_BODY_BYTES))
    grant_type = form.get("grant_type")
    if grant_type is None:
        raise OAuthError("invalid_request")
    grant = GRANTS.get(grant_type)
    if grant is None:
        raise OAuthError("unsupported_grant_type")
    authorization = request.headers.get("authorization", "")
    client = await authenticate(house, pool_id, authorization, form)
    pool = await pools.get(house.db, client.pool_id)
    tokens = await grant(house, pool, client, form)
    document = {
        "id_token": tokens.id_token,
        "access_token": tokens.access_token,
        "refresh_token": tokens.refresh_token,
        "expires_in": tokens.expires_seconds,
        "token_type": "Bearer",
    }
    present = {name: value for name, value in document.items() if value is not None}
    return responses.private_json(present, request_id)


async def _revoke(house: House, request: Request, pool_id: str | None, request_id: str) -> Response:
    form = forms.parse(await read_body(request, _MOST_BODY_BYTES))
    authorization = request.headers.get("authorization", "")
    try:
        client = await authenticate(house, pool_id, authorization, form)
    except OAuthError as error:
        error.status = 401 if error.error == "invalid_client" else error.status
        raise
    if "token" not in form:
        raise OAuthError("invalid_request")
    await revoke_token(house, client, form["token"])
    return responses.empty(request_id)


_DOCUMENTS: dict[str, Document] = {
    "/.well-known/jwks.json": discovery.jwks,
    "/.well-known/openid-configuration": discovery.openid_configuration,
}
_ENDPOINTS: dict[str, Endpoint] = {"/oauth2/token": _token, "/oauth2/revoke": _revoke}


def _is_form(request: Request) -> bool:
    content_type = request.headers.get("content-type", "")
    return content_type.partition(";")[0].strip().lower() == forms.FORM_TYPE


def _not_found() -> Response:
    return JSONResponse({"message": "Not Found"}, status_code=404)
