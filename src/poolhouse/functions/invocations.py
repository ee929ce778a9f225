"""One invocation on its way: what it carries, when its time is up, what its log says."""

from __future__ import annotations

import asyncio
import math
import os

from poolhouse.functions.runtime import Outcome

TAIL_BYTES = 4096
"""What ``LogType=Tail`` returns of the log (Lambda API reference, Invoke)."""


def new_request_id() -> str:
    """A random UUID, version 4. Made by hand: ``uuid.uuid4`` takes three times as long."""
    text = os.urandom(16).hex()
    variant = "89ab"[int(text[16], 16) & 3]
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{variant}{text[17:20]}-{text[20:]}"


class Invocation:
    """From the caller's request to the outcome, which is set on ``future``.

    Times are seconds of ``time.monotonic``. ``give_up_at`` is when the caller's patience ends,
    ``deadline`` when the function's own time does (known once it runs). ``early_output`` was
    printed before the answer of the one before was read.
    """

    __slots__ = (
        "begun_at",
        "cold_start",
        "deadline",
        "early_output",
        "event",
        "future",
        "give_up_at",
        "output_bytes",
        "queued_at",
        "request_id",
        "tail",
    )

    def __init__(
        self, event: bytes, future: asyncio.Future[Outcome], now: float, limit_seconds: float | None
    ) -> None:
        self.event = event
        self.future = future
        self.request_id = new_request_id()
        self.queued_at = now
        self.give_up_at = math.inf if limit_seconds is None else now + limit_seconds
        self.begun_at = 0.0
        self.deadline = math.inf
        self.cold_start = False
        self.output_bytes = 0
        self.early_output = b""
        self.tail = b""

    def conclude(self, outcome: Outcome) -> None:
        """Tell the caller, who may have left."""
        if not self.future.done():
            self.future.set_result(outcome)

    def add_output(self, data: bytes) -> None:
        """Keep the end of what the function wrote."""
        self.output_bytes += len(data)
        self.tail = data[-TAIL_BYTES:] if not self.tail else (self.tail + data)[-TAIL_BYTES:]

    def start_line(self, version: str) -> bytes:
        return f"START RequestId: {self.request_id} Version: {version}\n".encode()

    def end_lines(
        self, *, duration_ms: float, memory_mib: int, used_mib: int, init_ms: float, status: str
    ) -> bytes:
        """The ``END`` and ``REPORT`` lines; ``status`` is empty when the handler answered."""
        request_id = self.request_id
        newline = "\n" if self.tail and not self.tail.endswith(b"\n") else ""
        init = f"Init Duration: {init_ms:.2f} ms\t" if self.cold_start else ""
        status = f"Status: {status}\t" if status else ""
        return (
            f"{newline}END RequestId: {request_id}\n"
            f"REPORT RequestId: {request_id}\tDuration: {duration_ms:.2f} ms\t"
            f"Billed Duration: {math.ceil(duration_ms)} ms\tMemory Size: {memory_mib} MB\t"
            f"Max Memory Used: {used_mib} MB\t{init}{status}\n"
        ).encode()
