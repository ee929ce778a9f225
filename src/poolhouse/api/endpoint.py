"""One request to the user pool API, from bytes to bytes. The steps are a list; nothing is hidden.

body -> target -> JSON -> authentication -> rate -> shape -> bearer -> the operation -> rendering
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from poolhouse.api import callers, json11
from poolhouse.api.contract import TARGET_PREFIX, Operation, operation_of
from poolhouse.api.registry import OperationFunction, Request, registered
from poolhouse.bodies import read_body
from poolhouse.errors import InvalidParameterException, ServiceError, UnknownOperationException
from poolhouse.house import House
from poolhouse.store.database import DatabaseUnavailable

log = structlog.get_logger("poolhouse.api")

# Styles come with their images; documented as 2 MB.
_LARGER_BODIES = {
    f"{TARGET_PREFIX}{name}": 2 * 1_048_576
    for name in ("CreateManagedLoginBranding", "UpdateManagedLoginBranding")
}


@dataclass(frozen=True, slots=True)
class _Route:
    operation: Operation
    check: Callable[[dict[str, Any]], dict[str, Any]]
    function: OperationFunction | None


_routes: dict[str, _Route] = {}


def _find_route(target: str) -> _Route:
    name = target.removeprefix(TARGET_PREFIX)
    known = _routes.get(name)
    if known is not None and name != target:
        return known
    found = None if name == target else operation_of(name)
    if found is None:
        raise UnknownOperationException
    from poolhouse.api.constraints import compile_input  # with botocore's shapes

    known = _Route(found, compile_input(found.input_shape), registered().get(name))
    _routes[name] = known
    return known


async def answer(house: House, http: HttpRequest) -> HttpResponse:
    """Answer ``POST /``. Never raises: a bug is a 500 whose details are in the log only."""
    request_id = house.ids.uuid()
    listed: Collection[str] = ()
    try:
        target = http.headers.get("x-amz-target", "")
        limit_bytes = max(house.settings.max_body_bytes, _LARGER_BODIES.get(target, 0))
        body = await read_body(http, limit_bytes)
        route = _find_route(target)
        operation = route.operation
        listed = operation.errors
        parameters = json11.parse(body)
        caller = callers.authenticate(house, operation, http, body)
        await house.throttle.admit(operation.name, caller.region)
        request: Request = route.check(parameters)
        if route.function is None:
            raise InvalidParameterException(f"poolhouse does not implement {operation.name} yet.")
        call = await callers.identify(house, operation, http, caller, request, request_id)
        callers.admit_user(call, request)
        response = await route.function(call, request)
        result: dict[str, Any] = json11.without_nulls(dict(response or {}))
        if house.settings.strict_responses:
            from poolhouse.api.output_shapes import check_output

            check_output(result, operation.output_shape)
        return json11.render(None if operation.output_shape is None else result, request_id)
    except ServiceError as error:
        if error.detail:
            log.warning(error.code, request_id=request_id, detail=error.detail)
        return json11.render_error(error, request_id)
    except DatabaseUnavailable as error:
        log.error("the database does not answer", request_id=request_id, reason=str(error))
        return json11.render_error(json11.unavailable(listed), request_id)
    except Exception:
        log.exception("the operation failed", request_id=request_id)
        return json11.render_error(json11.internal_error(listed), request_id)


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
