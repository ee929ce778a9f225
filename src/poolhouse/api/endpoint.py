"""One request to the user pool API, from bytes to bytes. The steps are a list; nothing is hidden.

body -> target -> JSON -> authentication -> shape -> bearer -> the operation -> rendering
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from poolhouse.api import callers, json11
from poolhouse.api.constraints import compile_input
from poolhouse.api.contract import TARGET_PREFIX, Operation, operations
from poolhouse.api.registry import OperationFunction, Request, Response, registered
from poolhouse.bodies import read_body
from poolhouse.errors import InvalidParameterException, ServiceError, UnknownOperationException
from poolhouse.house import House

log = structlog.get_logger("poolhouse.api")


@dataclass(frozen=True, slots=True)
class _Route:
    operation: Operation
    check: Callable[[dict[str, Any]], dict[str, Any]]
    function: OperationFunction | None


def _find_route(target: str) -> _Route:
    name = target.removeprefix(TARGET_PREFIX)
    if name == target or name not in operations():
        raise UnknownOperationException
    return _route(name)


@cache
def _route(name: str) -> _Route:
    found = operations()[name]
    return _Route(found, compile_input(found.input_shape), registered().get(name))


async def answer(house: House, http: HttpRequest) -> HttpResponse:
    """Answer ``POST /``. Never raises: a bug is a 500 whose details are in the log only."""
    request_id = house.ids.uuid()
    try:
        body = await read_body(http, house.settings.max_body_bytes)
        route = _find_route(http.headers.get("x-amz-target", ""))
        parameters = json11.parse(body)
        caller = callers.authenticate(house, route.operation, http, body)
        request: Request = route.check(parameters)
        if route.function is None:
            raise InvalidParameterException(
                f"poolhouse does not implement {route.operation.name} yet."
            )
        call = await callers.identify(house, route.operation, http, caller, request, request_id)
        result = await route.function(call, request)
        _check_result(house, route.operation, result, request_id)
        return json11.render(_empty_or(result, route.operation), request_id)
    except ServiceError as error:
        if error.detail:
            log.warning(error.code, request_id=request_id, detail=error.detail)
        return json11.render_error(error, request_id)
    except Exception:
        log.exception("the operation failed", request_id=request_id)
        return json11.render_error(json11.internal_error(), request_id)


def _empty_or(result: Response, operation: Operation) -> dict[str, Any] | None:
    if operation.output_shape is None:
        return None
    return dict(result or {})


def _check_result(house: House, operation: Operation, result: Response, request_id: str) -> None:
    if not house.settings.strict_responses:
        return
    json11.check_output(
        json11.without_nulls(dict(result)) if result else None, operation.output_shape
    )


def preflight(http: HttpRequest) -> HttpResponse:
    """``OPTIONS /``: what a browser asks before an SDK may call from a page."""
    wanted = http.headers.get("access-control-request-headers", "*")
    headers = {
        **json11.CORS_HEADERS,
        "access-control-allow-methods": "POST",
        "access-control-allow-headers": wanted,
        "access-control-max-age": "172800",
    }
    return HttpResponse(b"", headers=headers)
