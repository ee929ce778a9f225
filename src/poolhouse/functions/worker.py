"""One warm worker: a process that has loaded one revision and answers one invocation at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from subprocess import SubprocessError
from typing import Protocol

import structlog

from poolhouse.functions import failures, framing
from poolhouse.functions.channel import Channel
from poolhouse.functions.framing import BadFrame, Kind, Reply
from poolhouse.functions.interpreters import InvalidRuntime
from poolhouse.functions.invocations import TAIL_BYTES, Invocation
from poolhouse.functions.limits import MIB, private_memory_bytes
from poolhouse.functions.logs import FunctionLogs
from poolhouse.functions.processes import Spawned
from poolhouse.functions.runtime import Failed, FunctionCode, NotRun, Outcome, Returned

_SAME_TIME_SECONDS = 0.01
"""A caller as patient as the function's time-out has asked a moment before it began."""

log = structlog.get_logger("poolhouse.functions")

StartFailure = Callable[[Invocation], Outcome]
"""Why a worker did not come up, told to whoever waited for it."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """What all workers of one invoker share."""

    loop: asyncio.AbstractEventLoop
    threads: Executor
    logs: FunctionLogs
    spawn: Callable[[FunctionCode], Spawned]
    forget: Callable[[int], None]
    init_seconds: float
    largest_output_bytes: int


class Owner(Protocol):
    """The pool a worker belongs to."""

    def ran(self, run_ms: float) -> None:
        """An invocation took this long in its worker."""

    def freed(self, worker: Worker) -> None:
        """The worker has answered and can take the next invocation."""

    def gone(self, worker: Worker) -> None:
        """The worker will answer nothing any more."""


class Worker:
    """States: starting, ready (idle or busy with one invocation), retired, reaped."""

    def __init__(self, code: FunctionCode, shop: Workshop, owner: Owner) -> None:
        self.code = code
        self.invocation: Invocation | None = None
        self.idle_since = 0.0
        self.retired = False
        self.used_bytes = 0
        self.reaped: asyncio.Future[None] = shop.loop.create_future()
        self._shop = shop
        self._owner = owner
        self._channel: Channel | None = None
        self._started: asyncio.Future[StartFailure | None] = shop.loop.create_future()
        self._fresh = True
        self._init_ms = 0.0
        self._output: Invocation = Invocation(b"", shop.loop.create_future(), 0.0, None)
        """Where output goes while no invocation runs: loading, or threads left running."""

    @property
    def pid(self) -> int | None:
        return self._channel.pid if self._channel is not None else None

    # --- starting ---

    async def start(self) -> StartFailure | None:
        """Start the process and let it load the handler; None when it is ready."""
        if self.retired:
            return self._unborn("ServiceException", "the server is shutting down")
        begun = time.monotonic()
        channel = await self._spawn()
        if not isinstance(channel, Channel):
            return channel
        shop = self._shop
        channel.open()
        timer = shop.loop.call_later(shop.init_seconds, self._init_timed_out)
        try:
            failure = await self._started
        finally:
            timer.cancel()
        self._init_ms = (time.monotonic() - begun) * 1000
        if failure is None:
            self.used_bytes = private_memory_bytes(channel.pid)
        return failure

    async def _spawn(self) -> Channel | StartFailure:
        shop = self._shop
        try:
            spawned = await shop.loop.run_in_executor(shop.threads, shop.spawn, self.code)
        except InvalidRuntime as error:
            return self._unborn("InvalidRuntimeException", str(error))
        except (OSError, ValueError, SubprocessError) as error:
            # The machine refuses, or something in the environment is no text for a process.
            log.warning("a worker could not be started", function=self.code.name, error=str(error))
            return self._unborn("ServiceException", str(error))
        self._channel = channel = Channel(
            spawned, self, loop=shop.loop, forget=shop.forget, reaped=self.reaped
        )
        if self.retired:
            channel.kill()
            return lambda _: NotRun("ServiceException", "the server is shutting down")
        return channel

    def _unborn(self, code: str, detail: str) -> StartFailure:
        self.retired = True
        self.reaped.set_result(None)
        return lambda _: NotRun(code, detail)

    def _init_timed_out(self) -> None:
        seconds = self._shop.init_seconds
        self._write_log(f"the handler was not loaded within {seconds:.2f} seconds\n")
        self._fail_start(lambda request_id: failures.init_timed_out(request_id, seconds))

    def _fail_start(self, payload: Callable[[str], bytes]) -> None:
        self._drain()
        tail = self._output.tail
        if not self._started.done():
            self._started.set_result(
                lambda invocation: Failed(
                    payload(invocation.request_id), log_tail=tail, cold_start=True
                )
            )
        self.retire()

    # --- invocations ---

    def begin(self, invocation: Invocation) -> bool:
        """Send an invocation; False when the process turns out to be gone."""
        assert self._channel is not None
        code = self.code
        now = time.monotonic()
        deadline_ms = int((time.time() + code.timeout_seconds) * 1000)
        frame = framing.invocation(invocation.request_id.encode(), deadline_ms, invocation.event)
        if not self._channel.send(frame):
            self.retire()
            return False
        invocation.begun_at = now
        invocation.deadline = now + code.timeout_seconds
        invocation.cold_start, self._fresh = self._fresh, False
        invocation.tail = invocation.start_line(code.version)
        self.invocation = invocation
        return True

    def check(self, now: float) -> None:
        """Look at the clock and the memory of a running invocation."""
        invocation, channel = self.invocation, self._channel
        if invocation is None or channel is None or channel.ended:
            return
        if now >= min(invocation.deadline, invocation.give_up_at):
            # If the event loop was held up, the answer may have come in time.
            channel.read()
            if self.invocation is invocation and not channel.ended:
                self._time_out(invocation)
        else:
            self.check_memory()

    def check_memory(self) -> None:
        """End the process if it holds more than its function may."""
        if self.retired or self._channel is None:
            return
        used = private_memory_bytes(self._channel.pid)
        self.used_bytes = max(used, self.used_bytes)
        if used > self.code.memory_mib * MIB:
            self._write_log(f"more than {self.code.memory_mib} MB of memory used\n")
            self._conclude_failed(failures.killed, "error\tError Type: Runtime.ExitError")

    def _time_out(self, invocation: Invocation) -> None:
        if invocation.deadline <= invocation.give_up_at + _SAME_TIME_SECONDS:
            seconds = self.code.timeout_seconds
            stamp = datetime.now(UTC).isoformat(timespec="milliseconds")[:-6]
            request_id = invocation.request_id
            self._write_log(f"{stamp}Z {request_id} Task timed out after {seconds:.2f} seconds\n")
            self._conclude_failed(lambda one: failures.timed_out(one, seconds), "timeout")
            return
        waited = invocation.give_up_at - invocation.queued_at
        self._write_log(f"the caller gave up after {waited:.2f} seconds\n")
        self._finish("timeout")
        invocation.conclude(NotRun("CallerTimeout", f"{self.code.name} took over {waited:.2f} s"))
        self.retire()

    def _conclude_failed(self, payload: Callable[[str], bytes], status: str) -> None:
        """The process has failed: tell the caller if there is one, and end it."""
        invocation = self.invocation
        if invocation is None:
            self._fail_start(payload)
            return
        duration_ms, tail = self._finish(status)
        document = payload(invocation.request_id)
        invocation.conclude(Failed(document, tail, duration_ms, invocation.cold_start))
        self.retire()

    def _finish(self, status: str = "", run_ms: float | None = None) -> tuple[float, bytes]:
        """Close the invocation's books: its duration in ms and the tail of its log.

        ``run_ms`` is what the worker says: a reply waits here while the event loop is busy.
        """
        invocation = self.invocation
        assert invocation is not None
        self._drain()
        self.invocation = None
        code = self.code
        now = time.monotonic()
        self.idle_since = now
        duration_ms = (now - invocation.begun_at) * 1000
        if run_ms is not None:
            duration_ms = min(run_ms, duration_ms)
            self._owner.ran(duration_ms)
        lines = invocation.end_lines(
            duration_ms=duration_ms,
            memory_mib=code.memory_mib,
            used_mib=self.used_bytes // MIB,
            init_ms=self._init_ms,
            status=status,
        )
        tail = (invocation.tail + lines)[-TAIL_BYTES:]
        # A silent function's log is written in one piece.
        self._shop.logs.append(code.name, lines if invocation.output_bytes else tail)
        return duration_ms, tail

    # --- what the process says ---

    def on_reply(self, reply: Reply) -> None:
        kind, request_id, run_ms, payload = reply
        invocation = self.invocation
        if invocation is None:
            if self._started.done():
                self.retire()  # an uncaught error between two invocations; nobody waits for it
            elif kind == Kind.READY:
                self._output.output_bytes = 0
                self.idle_since = time.monotonic()
                self._started.set_result(None)
            else:
                self._fail_start(lambda _: payload)
            return
        if request_id != invocation.request_id.encode():
            raise BadFrame("an answer to another invocation")
        if kind == Kind.ANSWER:
            if len(payload) > framing.LARGEST_RESPONSE_BYTES:
                too_large = failures.response_too_large(len(payload))
                self._conclude_failed(lambda _: too_large, "error")
                return
            duration_ms, tail = self._finish(run_ms=run_ms)
            invocation.conclude(Returned(payload, tail, duration_ms, invocation.cold_start))
            self._owner.freed(self)
        elif kind == Kind.ERROR:
            duration_ms, tail = self._finish("error", run_ms)
            invocation.conclude(Failed(payload, tail, duration_ms, invocation.cold_start))
            self._owner.freed(self)
        else:
            self._conclude_failed(lambda _: payload, "error")

    def on_bad_frame(self, error: BadFrame) -> None:
        self._write_log(f"the worker sent something that is no answer: {error}\n")
        why = "bytes on the worker's own socket"
        self._conclude_failed(partial(failures.killed, why=why), "error")

    def on_exit(self, status: int) -> None:
        if self.invocation is not None or not self._started.done():
            self._write_log(f"{failures.exit_words(status)}\n")
        self._conclude_failed(
            lambda request_id: failures.exited(request_id, status),
            f"error\tError Type: {failures.EXIT_ERROR}",
        )

    # --- the log ---

    def on_output(self, data: bytes) -> None:
        self._take_output(data)
        invocation = self.invocation or self._output
        if invocation.output_bytes > self._shop.largest_output_bytes:
            bound = f"more than {self._shop.largest_output_bytes} bytes of output"
            self._write_log(f"\n{bound}\n")
            self._conclude_failed(partial(failures.killed, why=bound), "error")

    def _drain(self) -> None:
        if self._channel is not None and (data := self._channel.take_output()):
            self._take_output(data)

    def _take_output(self, data: bytes) -> None:
        invocation = self.invocation or self._output
        if invocation.output_bytes == 0:
            self._shop.logs.append(self.code.name, invocation.tail)  # the START line
        self._shop.logs.append(self.code.name, data)
        invocation.add_output(data)

    def _write_log(self, text: str) -> None:
        self._drain()
        self._take_output(text.encode())

    # --- the end ---

    def retire(self) -> None:
        """End the process, now. Whoever waits for it has been told before."""
        if self.retired:
            return
        if self.invocation is not None:
            invocation = self.invocation
            duration_ms, tail = self._finish("error")
            document = failures.killed(invocation.request_id, "the server is shutting down")
            invocation.conclude(Failed(document, tail, duration_ms, invocation.cold_start))
        self._drain()
        self.retired = True
        if not self._started.done():
            self._started.set_result(lambda _: NotRun("ServiceException", "the worker was ended"))
        if self._channel is not None:
            self._channel.kill()
        self._owner.gone(self)
