"""One request to the Lambda API, from bytes to bytes.

path -> body -> signature -> members -> shape -> the operation -> rendering
"""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import unquote

import structlog
from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from poolhouse import administrators
from poolhouse.api.json11 import without_nulls
from poolhouse.bodies import read_body
from poolhouse.errors import (
    InvalidParameterException,
    InvalidParameterValueException,
    RequestEntityTooLargeException,
    RequestTooLargeException,
    ServiceError,
    ServiceException,
    UnknownOperationException,
    ValidationException,
)
from poolhouse.house import House
from poolhouse.lambda_api import downloads, rest_json
from poolhouse.lambda_api.contract import Operation, check_of, find, prefixes
from poolhouse.lambda_api.registry import Call, OperationFunction, registered

log = structlog.get_logger("poolhouse.lambda_api")

LARGEST_BODY_BYTES = 70_167_211
"""Of a request that may carry a package: 50 MiB, in base64, with some JSON around it (observed)."""
LARGEST_PAYLOAD_BYTES = 6_291_456
"""Of a synchronous invocation (documented: 6 MB)."""


def matches(path: str) -> bool:
    """Whether ``path`` (decoded or not) belongs to this API."""
    if not path.startswith("/20"):  # the year of an API version; the model is not loaded for less
        return downloads.matches(path)
    first, _, rest = path[1:].partition("/")
    return f"{first}/{rest.partition('/')[0]}" in prefixes()


async def answer(house: House, http: HttpRequest) -> HttpResponse:
    """Answer a request whose path :func:`matches`. Never raises: a bug is a 500 without details."""
    request_id = house.ids.uuid()
    try:
        if downloads.matches(http.scope["path"]):
            return await downloads.answer(house, http)
        operation, labels = _route(http)
        body = await _body(http, operation)
        region = administrators.authenticate(house, http, body, service="lambda").region
        given = rest_json.members(operation, labels, http.query_params, http.headers, body)
        request = _checked(operation, given)
        function = _function(operation)
        call = Call(house, region, request_id, house.clock.now_ms(), body)
        result = await function(call, request)
        if isinstance(result, HttpResponse):
            result.headers["x-amzn-requestid"] = request_id
            return result
        members = without_nulls(dict(result or {}))
        if house.settings.strict_responses:
            from poolhouse.api.output_shapes import check_output

            check_output(members or None, operation.output_shape)
        return rest_json.render(members, operation.status, request_id)
    except ServiceError as error:
        if error.detail:
            log.warning(error.code, request_id=request_id, detail=error.detail)
        return rest_json.render_error(error, request_id)
    except Exception:
        log.exception("the operation failed", request_id=request_id)
        return rest_json.render_error(ServiceException("An internal error occurred."), request_id)


def _route(http: HttpRequest) -> tuple[Operation, dict[str, str]]:
    raw_path: bytes = http.scope.get("raw_path") or http.scope["path"].encode()
    # Split before decoding: what a client encoded stays within its segment.
    text = raw_path.partition(b"?")[0].decode("ascii", "replace").strip("/")
    segments = tuple(unquote(each) for each in text.split("/"))
    found = find(http.method, segments, http.query_params)
    if found is None:
        raise UnknownOperationException(f"No operation is at {http.method} {http.scope['path']}")
    return found


async def _body(http: HttpRequest, operation: Operation) -> bytes:
    invokes = operation.payload is not None
    limit = LARGEST_PAYLOAD_BYTES if invokes else LARGEST_BODY_BYTES
    try:
        return await read_body(http, limit)
    except RequestEntityTooLargeException as error:
        name = "InvokeFunction" if invokes else operation.name
        message = f"Request must be smaller than {limit} bytes for the {name} operation"
        if invokes:
            raise RequestTooLargeException(message) from error
        raise RequestEntityTooLargeException(message) from error


def _checked(operation: Operation, given: dict[str, Any]) -> dict[str, Any]:
    try:
        return check_of(operation.name)(given)
    except InvalidParameterException as error:
        raise ValidationException(error.message) from error


@cache
def _functions() -> dict[str, OperationFunction]:
    return dict(registered())


def _function(operation: Operation) -> OperationFunction:
    function = _functions().get(operation.name)
    if function is None:
        raise InvalidParameterValueException(f"poolhouse does not implement {operation.name}.")
    return function
