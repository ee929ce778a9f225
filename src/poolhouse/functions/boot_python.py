"""Inside a worker process: loads one Python handler and answers invocations over a socket.

Run as a script by :mod:`poolhouse.functions.processes`, never imported by the server. It uses the
standard library only, since the interpreter may be another than the server's. One invocation at a
time: a frame in, a frame out (``framing.py`` has the layout). Where the server says that others
wait, the next one is taken from the backlog before the answer is sent, which tells so; the mark in
the log is where it begins.

Shapes of the error documents: AWS Lambda developer guide, "Lambda function handler in Python" and
"Lambda runtime API"; names of the ``Runtime.*`` errors as observed.
"""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    # The script's own folder is what Python puts first; the function must not see it.
    sys.path[0] = os.environ["LAMBDA_TASK_ROOT"]

import gc
import importlib
import json
import logging
import signal
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from types import TracebackType
from typing import Any

_CHUNK_BYTES = 65536
_ID_BYTES = 36
_TIMEOUT_END = 4 + _ID_BYTES + 8
_HEAD_BYTES = _TIMEOUT_END + 1
_LARGEST_RESPONSE_BYTES = 6_291_556
_NO_ID = b" " * _ID_BYTES

Handler = Callable[[Any, "Context"], Any]


class Fault(Exception):
    """A failure of loading or of JSON, with the ``Runtime.*`` name that Lambda gives it."""

    def __init__(self, error_type: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace or []


class Context:
    """What a handler gets as its second argument (AWS Lambda developer guide, context object)."""

    function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION", "")
    memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME", "")
    log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME", "")
    invoked_function_arn = ""
    client_context = None
    identity = None

    def __init__(self, request_id: str, deadline_ms: int) -> None:
        self.aws_request_id = request_id
        self._deadline_ms = deadline_ms

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self._deadline_ms - int(time.time() * 1000))


class _RequestId(logging.Filter):
    request_id = ""

    def filter(self, record: logging.LogRecord) -> bool:
        record.aws_request_id = self.request_id
        return True


class _StandardOutput(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        print(self.format(record))  # noqa: T201 - standard output is the function's log


_LOG_FILTER = _RequestId()


def _set_up_logging() -> None:
    handler = _StandardOutput()
    form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    formatter = logging.Formatter(form, "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    handler.addFilter(_LOG_FILTER)
    logging.getLogger().addHandler(handler)


def load(handler: str) -> Handler:
    """Import ``module.function``; raises :class:`Fault`, or what the module itself raises."""
    module_name, dot, function_name = handler.rpartition(".")
    if not dot or not module_name:
        raise Fault("Runtime.MalformedHandlerName", f"Bad handler '{handler}'")
    try:
        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        message = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", message) from error
    except SyntaxError as error:
        message = f"Syntax error in module '{module_name}': {error}"
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise Fault("Runtime.UserCodeSyntaxError", message, trace) from error
    found = getattr(module, function_name, None)
    if not callable(found):
        message = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", message)
    function: Handler = found
    return function


def _frames(trace: TracebackType | None) -> list[str]:
    """The traceback without this file's own frames, which come first."""
    frames = traceback.extract_tb(trace)
    while frames and frames[0].filename == __file__:
        frames.pop(0)
    return traceback.format_list(frames)


def error_document(error: BaseException, request_id: str) -> bytes:
    """The error as Lambda's Python runtime writes it; it is also printed to the log."""
    if isinstance(error, Fault):
        name, trace = error.error_type, error.trace
    else:
        name, trace = type(error).__name__, _frames(error.__traceback__)
    try:
        message = str(error)
    except Exception:
        message = "(the error has no readable message)"
    lines = [f"[ERROR] {name}: {message}"]
    if trace:
        lines += ["Traceback (most recent call last):", *(line.rstrip("\n") for line in trace)]
    print("\n".join(lines))  # noqa: T201 - standard output is the function's log
    document = {
        "errorMessage": message,
        "errorType": name,
        "requestId": request_id,
        "stackTrace": trace,
    }
    return json.dumps(document).encode()


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, default=_plain).encode


def answer(function: Handler, request_id: str, deadline_ms: int, event: bytes) -> tuple[bytes, int]:
    """Run one invocation: the frame's payload and its kind (``A`` answer, ``E`` error)."""
    _LOG_FILTER.request_id = request_id
    try:
        try:
            value = json.loads(event)
        except Exception as error:
            message = f"Unable to unmarshal input: {error}"
            raise Fault("Runtime.UnmarshalError", message) from error
        result = function(value, Context(request_id, deadline_ms))
        try:
            payload = _encode(result).encode()
        except MemoryError:
            raise
        except Exception as error:
            message = f"Unable to marshal response: {error}"
            raise Fault("Runtime.MarshalError", message) from error
        if len(payload) > _LARGEST_RESPONSE_BYTES:
            message = (
                f"Response payload size ({len(payload)} bytes) exceeded maximum allowed payload "
                f"size ({_LARGEST_RESPONSE_BYTES} bytes)."
            )
            raise Fault("Function.ResponseSizeTooLarge", message)
        return payload, ord("A")
    except MemoryError:
        # The limit of the process was met before the server's look at its memory; what is left
        # of the process cannot be trusted, and Lambda would have killed it.
        os.kill(os.getpid(), signal.SIGKILL)
        raise
    except Exception as error:
        return error_document(error, request_id), ord("E")


def _write(
    fd: int,
    kind: int,
    request_id: bytes,
    payload: bytes,
    run_us: int = 0,
    *,
    goes_on: bool = False,
) -> None:
    size = 1 + 1 + _ID_BYTES + 8 + len(payload)
    head = (size.to_bytes(4, "big"), bytes((kind, goes_on)), request_id, run_us.to_bytes(8, "big"))
    rest = memoryview(b"".join((*head, payload)))
    while rest:
        rest = rest[os.write(fd, rest) :]


def _flush() -> None:
    """What was printed has to be in the log before the answer is sent."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # noqa: S112 - a function may close or replace its streams
            continue


def _read(fd: int) -> bytes | None:
    """One frame, its length included; None when the server is gone."""
    data = os.read(fd, _CHUNK_BYTES)
    size = int.from_bytes(data[:4], "big") + 4 if len(data) >= 4 else 0
    if size and len(data) == size:
        return data
    parts = bytearray(data)
    while len(parts) < 4 or len(parts) < int.from_bytes(parts[:4], "big") + 4:
        data = os.read(fd, _CHUNK_BYTES)
        if not data:
            return None
        parts += data
    return bytes(parts)


def _take(backlog: int) -> bytes | None:
    """The invocation that waits in the backlog, if one does."""
    try:
        return os.read(backlog, _CHUNK_BYTES)
    except BlockingIOError:
        return None


def serve(fd: int, backlog: int, mark: bytes, function: Handler) -> None:
    """Answer invocations until the server closes its end."""
    frame = _read(fd)
    while frame is not None:
        identity = frame[4 : 4 + _ID_BYTES]
        deadline_ms = int(time.time() * 1000) + int.from_bytes(
            frame[4 + _ID_BYTES : _TIMEOUT_END], "big"
        )
        begun_ns = time.perf_counter_ns()
        payload, kind = answer(function, identity.decode(), deadline_ms, frame[_HEAD_BYTES:])
        run_us = (time.perf_counter_ns() - begun_ns) // 1000
        _flush()
        following = _take(backlog) if frame[_TIMEOUT_END] else None
        _write(fd, kind, identity, payload, run_us, goes_on=following is not None)
        if following is None:
            frame = _read(fd)
        else:
            with suppress(OSError):  # a function may close its log
                os.write(1, mark)
            frame = following


def main() -> None:
    fd, backlog = int(sys.argv[1]), int(sys.argv[2])
    mark = bytes.fromhex(sys.argv[3])
    Context.invoked_function_arn = sys.argv[4]
    del sys.argv[1:]
    os.set_inheritable(fd, False)
    os.set_inheritable(backlog, False)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr] # real files at start
    _set_up_logging()
    try:
        function = load(os.environ["_HANDLER"])
    except MemoryError:
        os.kill(os.getpid(), signal.SIGKILL)
        raise
    except Exception as error:
        document = error_document(error, "")
        _flush()
        _write(fd, ord("X"), _NO_ID, document)
        sys.exit(1)
    # What loading made lives as long as the process: keep it out of the collector's way.
    gc.collect()
    gc.freeze()
    _flush()
    _write(fd, ord("R"), _NO_ID, b"")
    with suppress(BrokenPipeError, ConnectionResetError):
        serve(fd, backlog, mark, function)
    # The server is gone; threads of the function must not keep the process.
    os._exit(0)


if __name__ == "__main__":
    main()
