"""The AWS JSON 1.1 protocol: a body to parameters, a result or an error to a response.

Source: Smithy, "AWS JSON 1.1 protocol"; header names as the service sends them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import orjson
from starlette.responses import Response

from poolhouse.answers import EncodedResponse, encoded
from poolhouse.errors import (
    InternalErrorException,
    InternalServerException,
    SerializationException,
    ServiceError,
)

CONTENT_TYPE = "application/x-amz-json-1.1"
CORS_HEADERS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date",
}
_HEADERS = encoded({**CORS_HEADERS, "content-type": CONTENT_TYPE})

_BUG = "An internal error occurred."
_LONGEST_MESSAGE_HEADER = 1024


def parse(body: bytes) -> dict[str, Any]:
    """The request's JSON object. Raises :class:`SerializationException`."""
    if not body:
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SerializationException() from error
    if not isinstance(value, dict):
        raise SerializationException()
    return value


def render(result: dict[str, Any] | None, request_id: str) -> Response:
    """A success; None for operations without an output shape, whose body is empty."""
    body = b"" if result is None else orjson.dumps(result)
    return EncodedResponse(body, _HEADERS, (b"x-amzn-requestid", request_id.encode("ascii")))


def render_error(error: ServiceError, request_id: str) -> Response:
    """An error: bare shape name in body and header, so that every SDK finds it."""
    code = error.code
    body = {"__type": code}
    headers = {
        "x-amzn-requestid": request_id,
        "x-amzn-errortype": f"{code}:",
        **CORS_HEADERS,
    }
    if error.message:
        body["message"] = error.message
        headers["x-amzn-errormessage"] = _header_text(error.message)
    return Response(
        orjson.dumps(body), status_code=error.status, media_type=CONTENT_TYPE, headers=headers
    )


def internal_error(listed: Collection[str] = ()) -> ServiceError:
    """What a client sees of a bug: nothing but that there was one.

    Some operations call it by another name: ``listed`` are the errors of the operation's model.
    """
    if "InternalServerException" in listed and "InternalErrorException" not in listed:
        return InternalServerException(_BUG)
    return InternalErrorException(_BUG)


def unavailable(listed: Collection[str] = ()) -> ServiceError:
    """What a client sees while the database does not answer: SDKs try again by themselves."""
    error = internal_error(listed)
    error.message = "The service is unavailable for a moment."
    error.status = 503
    return error


def without_nulls(value: Any) -> Any:
    """``value`` without the members whose value is None, at every depth: they are absent."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [without_nulls(item) for item in value]
    return value


def _header_text(text: str) -> str:
    # A line break would let the message add headers of its own (response splitting), and messages
    # that repeat a long value would be longer than clients read of a header.
    flat = "".join(filter(str.isprintable, " ".join(text[:_LONGEST_MESSAGE_HEADER].split())))
    return flat.encode("latin-1", "ignore").decode("latin-1")
