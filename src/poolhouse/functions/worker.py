"""One warm worker: a process that has loaded one revision and answers one invocation at a time.

To an idle one an invocation is sent; a busy one may be offered what it goes on with, which can be
taken back until it has.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
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
from poolhouse.functions.invocations import Invocation
from poolhouse.functions.limits import MIB, private_memory_bytes
from poolhouse.functions.logs import FunctionLogs
from poolhouse.functions.processes import Spawned
from poolhouse.functions.runtime import Failed, FunctionCode, NotRun, Outcome, Returned
from poolhouse.functions.worker_log import WorkerLog

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
    spawn: Callable[[FunctionCode, bytes], Spawned]
    forget: Callable[[int], None]
    init_seconds: float
    largest_output_bytes: int


class Owner(Protocol):
    """The pool a worker belongs to."""

    def ran(self, run_ms: float) -> None:
        """An invocation took this long in its worker."""

    def freed(self, worker: Worker) -> None:
        """The worker has answered and is idle. It has begun none of what it was offered."""

    def went_on(self, worker: Worker) -> None:
        """The worker has answered, and begun the first of what it was offered."""

    def gone(self, worker: Worker) -> None:
        """The worker will answer nothing any more. It has begun none of what it was offered."""


class Worker:
    """States: starting, ready (idle or busy with one invocation), retired, reaped."""

    def __init__(self, code: FunctionCode, shop: Workshop, owner: Owner) -> None:
        self.code = code
        self.invocation: Invocation | None = None
        self.offered: deque[Invocation] = deque()
        """What it may go on with, oldest first."""
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
        between = Invocation(b"", shop.loop.create_future(), 0.0, None)
        self._log = WorkerLog(code.name, shop.logs, self.offered, between)

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
            spawned = await shop.loop.run_in_executor(
                shop.threads, shop.spawn, self.code, self._log.mark
            )
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
        tail = self._log.between.tail
        if not self._started.done():
            self._started.set_result(
                lambda invocation: Failed(
                    payload(invocation.request_id), log_tail=tail, cold_start=True
                )
            )
        self.retire()

    # --- invocations ---

    def begin(self, invocation: Invocation, *, others_wait: bool) -> bool:
        """Send an invocation; False when the process turns out to be gone.

        ``others_wait`` makes the worker look at its backlog when it has answered.
        """
        assert self._channel is not None
        if not self._channel.send(self._frame(invocation, look_further=others_wait)):
            self.retire()
            return False
        self._begun(invocation, with_mark=False)
        return True

    def offer(self, invocation: Invocation) -> bool:
        """Let it go on with an invocation when it has answered; False when there is no room."""
        assert self._channel is not None
        if not self._channel.backlog.offer(self._frame(invocation, look_further=True)):
            return False
        self.offered.append(invocation)
        return True

    def take_back(self) -> list[Invocation]:
        """What was offered and is not begun, oldest first. It is this worker's no longer."""
        if not self.offered or self._channel is None:
            return []
        found = set(self._channel.backlog.take_back())
        back = [one for one in self.offered if one.request_id.encode() in found]
        for one in back:
            self.offered.remove(one)
        return back

    def _frame(self, invocation: Invocation, *, look_further: bool) -> bytes:
        return framing.invocation(
            invocation.request_id.encode(),
            int(self.code.timeout_seconds * 1000),
            invocation.event,
            look_further=look_further,
        )

    def _begun(self, invocation: Invocation, *, with_mark: bool) -> None:
        code = self.code
        invocation.begun_at = now = time.monotonic()
        invocation.deadline = now + code.timeout_seconds
        invocation.cold_start, self._fresh = self._fresh, False
        self._log.begin(invocation, code.version, with_mark=with_mark)
        self.invocation = invocation

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
        self._drain()
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
        return duration_ms, self._log.end(invocation, lines)

    # --- what the process says ---

    def on_replies(self, replies: Sequence[Reply]) -> None:
        self._drain()
        for reply in replies:
            if self.retired:
                return
            self._on_reply(reply)

    def _on_reply(self, reply: Reply) -> None:
        invocation = self.invocation
        if invocation is None:
            self._on_start(reply)
            return
        if reply.request_id != invocation.request_id.encode():
            raise BadFrame("an answer to another invocation")
        kind, payload = reply.kind, reply.payload
        if kind == Kind.ANSWER:
            if len(payload) > framing.LARGEST_RESPONSE_BYTES:
                too_large = failures.response_too_large(len(payload))
                self._conclude_failed(lambda _: too_large, "error")
                return
            duration_ms, tail = self._finish(run_ms=reply.run_ms)
            invocation.conclude(Returned(payload, tail, duration_ms, invocation.cold_start))
            self._go_on(reply)
        elif kind == Kind.ERROR:
            duration_ms, tail = self._finish("error", reply.run_ms)
            invocation.conclude(Failed(payload, tail, duration_ms, invocation.cold_start))
            self._go_on(reply)
        else:
            self._conclude_failed(lambda _: payload, "error")

    def _on_start(self, reply: Reply) -> None:
        if self._started.done():
            self.retire()  # an uncaught error between two invocations; nobody waits for it
        elif reply.kind == Kind.READY:
            self._log.between.output_bytes = 0
            self.idle_since = time.monotonic()
            self._started.set_result(None)
        else:
            self._fail_start(lambda _: reply.payload)

    def _go_on(self, reply: Reply) -> None:
        if not reply.goes_on:
            self._owner.freed(self)
        elif self.offered:
            self._begun(self.offered.popleft(), with_mark=True)
            self._owner.went_on(self)
        else:
            raise BadFrame("an answer that goes on with nothing")

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
        self._log.take(data)
        if self._log.output_bytes > self._shop.largest_output_bytes:
            bound = f"more than {self._shop.largest_output_bytes} bytes of output"
            self._write_log(f"\n{bound}\n")
            self._conclude_failed(partial(failures.killed, why=bound), "error")

    def _drain(self) -> None:
        while self._channel is not None and (data := self._channel.take_output()):
            self._log.take(data)
            if not self._log.is_undecided:
                return

    def _write_log(self, text: str) -> None:
        self._drain()
        self._log.write(text)

    # --- the end ---

    def retire(self) -> None:
        """End the process, now. Whoever waits for it has been told before."""
        if self.retired:
            return
        self._drain()
        if self.invocation is not None:
            invocation = self.invocation
            duration_ms, tail = self._finish("error")
            document = failures.killed(invocation.request_id, "the server is shutting down")
            invocation.conclude(Failed(document, tail, duration_ms, invocation.cold_start))
        self._fail_what_has_begun()
        self.retired = True
        if not self._started.done():
            self._started.set_result(lambda _: NotRun("ServiceException", "the worker was ended"))
        if self._channel is not None:
            self._channel.kill()
        self._owner.gone(self)

    def _fail_what_has_begun(self) -> None:
        """Of what was offered: to run it again could do its work twice."""
        for _ in range(min(self._log.early_marks, len(self.offered))):
            invocation = self.offered.popleft()
            document = failures.killed(invocation.request_id, "its worker was ended")
            invocation.conclude(Failed(document, cold_start=invocation.cold_start))
