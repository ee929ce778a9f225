"""Invoke: run a function now, later, or only see whether it could be run."""

from __future__ import annotations

import base64

import orjson
from starlette.responses import Response as HttpResponse

from poolhouse.domain.function_names import FunctionName
from poolhouse.errors import (
    InvalidRequestContentException,
    InvalidRuntimeException,
    RequestTooLargeException,
    ServiceError,
    ServiceException,
    TooManyRequestsException,
)
from poolhouse.functions.directory import Execution
from poolhouse.functions.runtime import Failed, NotRun
from poolhouse.lambda_api.registry import Call, Request, Response, operation
from poolhouse.lambda_api.targets import load, load_version, not_found, target

_LARGEST_EVENT_BYTES = 1_048_576
"""Of an asynchronous invocation (documented: 1 MB)."""
_LOG_TAIL_BYTES = 4096


@operation
async def invoke(call: Call, request: Request) -> Response:
    """Run a function with the body as its event. A function error is an answer of status 200."""
    name = target(call, request)
    kind = request.get("InvocationType", "RequestResponse")
    event = call.payload or b"{}"
    _check_event(event, kind)
    if kind == "DryRun":
        load_version(await load(call, name), name)
        return HttpResponse(status_code=204)
    if kind == "Event":
        refusal = await call.house.functions.invoke_later(name.arn, event)
        if refusal is not None:
            raise _error(name, refusal)
        return HttpResponse(status_code=202)
    execution = await call.house.functions.run(name, event)
    return _answer(name, execution, with_log=request.get("LogType") == "Tail")


def _check_event(event: bytes, kind: str) -> None:
    if kind == "Event" and len(event) > _LARGEST_EVENT_BYTES:
        raise RequestTooLargeException(
            f"{len(event)} byte payload is too large for the Event invocation type "
            f"(limit {_LARGEST_EVENT_BYTES} bytes)"
        )
    try:
        orjson.loads(event)
    except orjson.JSONDecodeError as error:
        raise InvalidRequestContentException(
            f"Could not parse request body into json: Could not parse payload into json: {error}"
        ) from error


def _answer(name: FunctionName, execution: Execution, *, with_log: bool) -> HttpResponse:
    outcome = execution.outcome
    if isinstance(outcome, NotRun):
        raise _error(name, outcome)
    headers = {"x-amz-executed-version": execution.version}
    if isinstance(outcome, Failed):
        headers["x-amz-function-error"] = "Unhandled"
    if with_log:
        tail = outcome.log_tail[-_LOG_TAIL_BYTES:]
        headers["x-amz-log-result"] = base64.b64encode(tail).decode("ascii")
    return HttpResponse(outcome.payload, media_type="application/json", headers=headers)


def _error(name: FunctionName, refusal: NotRun) -> ServiceError:
    if refusal.code == "ResourceNotFoundException":
        return not_found(name)
    if refusal.code == "TooManyRequestsException":
        return TooManyRequestsException("Rate Exceeded.", detail=refusal.detail)
    if refusal.code == "InvalidRuntimeException":
        return InvalidRuntimeException(refusal.detail)
    return ServiceException(refusal.code, detail=refusal.detail)
