"""What it means to run a function: the request, the outcome, and the door behind which it runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class FunctionCode:
    """One runnable revision of a function: unpacked code on disk and how to start it.

    ``revision`` changes whenever anything here changes, and is what workers are pooled by.
    ``reserved_concurrency`` bounds the workers of this function; None takes the setting.
    ``code_sha256`` is the hexadecimal digest of the code alone.
    """

    name: str
    arn: str
    version: str
    revision: str
    runtime: str
    handler: str
    directory: Path
    timeout_seconds: float = 3.0
    memory_mib: int = 128
    environment: Mapping[str, str] = field(default_factory=dict)
    reserved_concurrency: int | None = None
    code_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Returned:
    """The handler answered; ``payload`` is its JSON, unread."""

    payload: bytes
    log_tail: bytes = b""
    duration_ms: float = 0.0
    cold_start: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """A function error: the handler raised, the process died, or the function's own time was up.

    ``payload`` is the Lambda error document (errorType, errorMessage, ...), as JSON bytes.
    """

    payload: bytes
    log_tail: bytes = b""
    duration_ms: float = 0.0
    cold_start: bool = False


@dataclass(frozen=True, slots=True)
class NotRun:
    """The function was never run, or the caller gave up waiting for it.

    ``code`` is the service error a Lambda client would see: ``TooManyRequestsException``,
    ``ResourceNotFoundException``, ``AccessDeniedException``, ``InvalidRuntimeException``,
    ``RequestTooLargeException``, ``ServiceException``, or ``CallerTimeout`` when ``limit_seconds``
    passed first. ``detail`` is for operators only.
    """

    code: str
    detail: str = ""


Outcome = Returned | Failed | NotRun


class Invoker(Protocol):
    """Runs one invocation. ``limit_seconds`` is the caller's patience, not the function's."""

    async def invoke(
        self, code: FunctionCode, event: bytes, *, limit_seconds: float | None = None
    ) -> Outcome: ...
