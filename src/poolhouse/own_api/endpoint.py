"""The gate of our own API: a request to a signed, parsed one, and an answer to JSON."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import structlog
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from poolhouse import administrators
from poolhouse.api import json11
from poolhouse.bodies import read_body
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.own_api import routes
from poolhouse.own_api.requests import OwnRequest
from poolhouse.store.database import DatabaseUnavailable
from poolhouse.store.json_text import encode

log = structlog.get_logger("poolhouse.own_api")

PREFIX = "/poolhouse/v1/"

_SERVICE = "cognito-idp"
_LINES = "application/x-ndjson"
_NOT_KEPT = {"cache-control": "no-store"}


def matches(path: str) -> bool:
    return path.startswith(PREFIX)


async def answer(house: House, http: Request) -> Response:
    """A JSON document, or JSON lines where there is much to tell. Raises nothing of its own."""
    request_id = house.ids.uuid()
    path: str = http.scope["path"]
    found = routes.find(http.method, path.removeprefix(PREFIX))
    if found is None:
        return JSONResponse({"message": "Not Found"}, status_code=404)
    route, parameters = found
    try:
        body = await read_body(http, house.settings.max_body_bytes)
        signature = administrators.authenticate(house, http, body, service=_SERVICE)
        request = OwnRequest(house, signature.access_key, parameters, dict(http.query_params))
        if http.method != "GET":
            request = replace(request, document=json11.parse(body))
        result = await route(request)
        if isinstance(result, AsyncIterator):
            # The first line is made here, so that a refusal is still an error with its status.
            first = await anext(result, None)
            lines = _lines(first, result, request_id)
            return StreamingResponse(lines, media_type=_LINES, headers=_NOT_KEPT)
    except ServiceError as error:
        return json11.render_error(error, request_id)
    except DatabaseUnavailable as error:
        log.error("the database does not answer", request_id=request_id, reason=str(error))
        return json11.render_error(json11.unavailable(), request_id)
    except Exception:
        log.exception("a request failed", path=path, request_id=request_id)
        return json11.render_error(json11.internal_error(), request_id)
    return Response(encode(result), media_type="application/json", headers=_NOT_KEPT)


async def _lines(
    first: dict[str, Any] | None, rest: AsyncIterator[dict[str, Any]], request_id: str
) -> AsyncIterator[bytes]:
    """JSON lines; one that ends early says so in its last line, since the status is long gone."""
    if first is None:
        return
    yield encode(first) + b"\n"
    try:
        async for line in rest:
            yield encode(line) + b"\n"
    except ServiceError as error:
        yield encode({"error": {"type": error.code, "message": error.message}}) + b"\n"
    except Exception:
        log.exception("an answer ended early", request_id=request_id)
        yield encode({"error": {"type": "InternalErrorException", "message": ""}}) + b"\n"
