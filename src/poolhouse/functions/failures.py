"""The error documents that are written for a process which cannot write its own.

One place for their wording. Only ``errorMessage`` reaches an application (through Cognito), the
rest is for whoever reads the log.
"""

from __future__ import annotations

import signal

import orjson

from poolhouse.functions.framing import LARGEST_RESPONSE_BYTES

EXIT_ERROR = "Runtime.ExitError"
TIMED_OUT = "Sandbox.Timedout"
TOO_LARGE = "Function.ResponseSizeTooLarge"

_SIGNAL_WORDS = {
    signal.SIGKILL: "killed",
    signal.SIGABRT: "aborted",
    signal.SIGSEGV: "segmentation fault",
    signal.SIGTERM: "terminated",
}


def _document(error_type: str, request_id: str, message: str) -> bytes:
    return orjson.dumps(
        {"errorType": error_type, "errorMessage": f"RequestId: {request_id} Error: {message}"}
    )


def timed_out(request_id: str, seconds: float) -> bytes:
    """The function's own time was up (observed wording)."""
    return _document(TIMED_OUT, request_id, f"Task timed out after {seconds:.2f} seconds")


def init_timed_out(request_id: str, seconds: float) -> bytes:
    """Loading the handler took too long (ours: Lambda starts over and then times out)."""
    message = f"Task timed out after {seconds:.2f} seconds while loading the handler"
    return _document(TIMED_OUT, request_id, message)


def exit_words(status: int | None) -> str:
    """How a process ended, in Lambda's words (observed). ``status`` is negative for a signal."""
    if not status:
        return "Runtime exited without providing a reason"
    if status < 0:
        try:
            number = signal.Signals(-status)
        except ValueError:
            return f"Runtime exited with error: signal: {-status}"
        return f"Runtime exited with error: signal: {_SIGNAL_WORDS.get(number, number.name)}"
    return f"Runtime exited with error: exit status {status}"


def exited(request_id: str, status: int | None) -> bytes:
    """The process ended during the invocation, or before it could take one."""
    return _document(EXIT_ERROR, request_id, exit_words(status))


def killed(request_id: str, why: str = "") -> bytes:
    """The server ended the process: too much memory (no reason given, as observed) or ``why``."""
    words = exit_words(-signal.SIGKILL)
    return _document(EXIT_ERROR, request_id, f"{words} ({why})" if why else words)


def response_too_large(size_bytes: int) -> bytes:
    """The answer is over the payload limit (documented wording)."""
    message = (
        f"Response payload size ({size_bytes} bytes) exceeded maximum allowed payload size "
        f"({LARGEST_RESPONSE_BYTES} bytes)."
    )
    return orjson.dumps({"errorType": TOO_LARGE, "errorMessage": message})
