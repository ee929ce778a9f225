"""The REST-JSON protocol: where each member of a request is found, and how an answer is written.

Source: Smithy, "AWS restJson1 protocol"; error bodies as the Lambda service sends them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from starlette.datastructures import Headers, QueryParams
from starlette.responses import Response

from poolhouse.errors import SerializationException, ServiceError
from poolhouse.lambda_api.contract import Operation, message_member, statuses

if TYPE_CHECKING:
    from botocore.model import Shape

CONTENT_TYPE = "application/json"

# Answers to requests that reach no operation, so that the model says nothing of them (observed).
_OTHER_STATUSES = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "IncompleteSignatureException": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "RequestEntityTooLargeException": 413,
    "UnknownOperationException": 404,
    "UnrecognizedClientException": 403,
}


def members(
    operation: Operation,
    labels: dict[str, str],
    query: QueryParams,
    headers: Headers,
    body: bytes,
) -> dict[str, Any]:
    """The members of a request, unchecked; the payload member is left to its operation.

    Raises :class:`SerializationException` for a body that is no JSON object, or text that is no
    number or boolean where one is wanted.
    """
    found: dict[str, Any] = {} if operation.payload else _object(body)
    for name, shape in operation.input_shape.members.items():
        location = shape.serialization.get("location")
        wire_name = shape.serialization.get("name", name)
        if location is not None:
            found.pop(name, None)
        if location == "uri":
            found[name] = labels[name]
        elif location == "header" and wire_name.lower() in headers:
            found[name] = headers[wire_name]
        elif location == "querystring" and wire_name in query:
            found[name] = _from_query(query, wire_name, shape)
    return found


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SerializationException("Could not parse request body into json.") from error
    if not isinstance(value, dict):
        raise SerializationException("Could not parse request body into json: not an object.")
    return value


def _from_query(query: QueryParams, name: str, shape: Shape) -> Any:
    text = query[name]
    if shape.type_name == "list":
        return query.getlist(name)
    if shape.type_name == "boolean":
        if text not in ("true", "false"):
            raise SerializationException(f"{name} must be true or false")
        return text == "true"
    if shape.type_name in ("integer", "long"):
        try:
            return int(text)
        except ValueError as error:
            raise SerializationException(f"{name} must be a number") from error
    return text


def render(result: dict[str, Any], status: int, request_id: str) -> Response:
    """A success."""
    headers = {"x-amzn-requestid": request_id}
    if status == 204:
        return Response(status_code=status, headers=headers)
    body = orjson.dumps(result)
    return Response(body, status_code=status, media_type=CONTENT_TYPE, headers=headers)


def render_error(error: ServiceError, request_id: str) -> Response:
    """An error: its name in the header, its message and whose fault it was in the body."""
    code = error.code
    status = statuses().get(code) or _OTHER_STATUSES.get(code) or error.status
    body = {
        "Type": "User" if status < 500 else "Service",
        message_member(code): error.message,
    }
    headers = {"x-amzn-requestid": request_id, "x-amzn-errortype": code}
    if status == 429:
        headers["retry-after"] = "1"
    return Response(
        orjson.dumps(body), status_code=status, media_type=CONTENT_TYPE, headers=headers
    )
