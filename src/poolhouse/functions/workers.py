"""``LocalInvoker``: runs functions in warm worker processes of this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from poolhouse.functions.framing import LARGEST_EVENT_BYTES
from poolhouse.functions.guard import Guard
from poolhouse.functions.interpreters import Interpreters
from poolhouse.functions.invocations import Invocation
from poolhouse.functions.logs import FunctionLogs
from poolhouse.functions.pools import Pool
from poolhouse.functions.processes import spawn
from poolhouse.functions.runtime import FunctionCode, NotRun, Outcome
from poolhouse.functions.worker import StartFailure, Worker, Workshop

_TICK_SECONDS = 0.01
"""How often running invocations are looked at: precision of time-outs and memory limits."""
_START_SLOT_SECONDS = 0.5
"""A start holds its slot no longer, so that handlers which hang while loading delay no others."""

_Key = tuple[str, str, str]


class LocalInvoker:
    """An :class:`~poolhouse.functions.runtime.Invoker` with a pool of workers per revision.

    Bound to the event loop of the first call. ``concurrency_per_function`` bounds the workers of a
    function that reserves none, ``largest_total`` those of all; ``queue_per_function`` bounds who
    waits (then ``TooManyRequestsException``). ``extra_environment`` is set for all functions.
    ``init_seconds`` is what loading a handler may take; it does not count as the function's time,
    but the caller's limit runs. Handlers that raise keep their worker, as in Lambda; a process that
    timed out, died, flooded its log or met its memory limit is replaced.
    """

    def __init__(
        self,
        *,
        log_directory: Path,
        concurrency_per_function: int = 4,
        python_executable: str | None = None,
        node_executable: str | None = None,
        extra_environment: Mapping[str, str] | None = None,
        idle_seconds: float = 300.0,
        init_seconds: float = 10.0,
        queue_per_function: int = 1000,
        largest_total: int = 64,
        largest_output_bytes: int = 8 * 1024 * 1024,
        largest_log_bytes: int = 5 * 1024 * 1024,
    ) -> None:
        self.logs = FunctionLogs(log_directory, largest_bytes=largest_log_bytes)
        self._concurrency = concurrency_per_function
        self._interpreters = Interpreters(
            python_executable=python_executable, node_executable=node_executable
        )
        self._extra_environment = dict(extra_environment or {})
        self._idle_seconds = idle_seconds
        self._init_seconds = init_seconds
        self._queue_per_function = queue_per_function
        self._largest_total = largest_total
        self._largest_output_bytes = largest_output_bytes
        self._pools: dict[_Key, Pool] = {}
        self._current: dict[tuple[str, str], Pool] = {}
        self._workers: set[Worker] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._guard = Guard()
        self._threads = ThreadPoolExecutor(2, "function-starts")
        self._slots = asyncio.Semaphore(max(2, os.cpu_count() or 1))
        self._shop: Workshop | None = None
        self._tick_timer: asyncio.TimerHandle | None = None
        self._sweep_timer: asyncio.TimerHandle | None = None
        self._home = ""
        self._closed = False

    async def invoke(
        self, code: FunctionCode, event: bytes, *, limit_seconds: float | None = None
    ) -> Outcome:
        """Run ``code`` with the JSON text ``event``. Raises nothing of its own."""
        if self._closed:
            return NotRun("ServiceException", "the server is shutting down")
        if len(event) > LARGEST_EVENT_BYTES:
            return NotRun("RequestTooLargeException", f"the event has {len(event)} bytes")
        shop = self._shop or self._open()
        pool = self._pools.get((code.arn, code.version, code.revision)) or self._new_pool(code)
        loop = shop.loop
        invocation = Invocation(event, loop.create_future(), time.monotonic(), limit_seconds)
        pool.submit(invocation)
        if self._tick_timer is None:
            self._tick_timer = loop.call_later(_TICK_SECONDS, self._tick)
        # A caller who is cancelled here leaves the function running, as in Lambda; the worker is
        # free again when it has answered or its time is up, and the answer goes nowhere.
        return await invocation.future

    def retire(self, code: FunctionCode) -> None:
        """End the workers of a revision that is no longer wanted; running invocations finish."""
        pool = self._pools.get((code.arn, code.version, code.revision))
        if pool is not None and self._shop is not None:
            pool.supersede()
            self._tick_timer = self._tick_timer or self._shop.loop.call_later(0, self._tick)

    async def close(self) -> None:
        """End every worker, wait until their processes are gone, write the logs out. Once."""
        if self._closed:
            return
        self._closed = True
        for timer in (self._tick_timer, self._sweep_timer):
            if timer is not None:
                timer.cancel()
        for pool in self._pools.values():
            for invocation in pool.leave():
                invocation.conclude(NotRun("ServiceException", "the server is shutting down"))
        workers = list(self._workers)
        for worker in workers:
            worker.retire()
        if self._tasks:
            await asyncio.wait(self._tasks)
        for worker in workers:
            await worker.reaped
        await self.logs.close()
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._guard.close)
        self._threads.shutdown(wait=False)
        if self._home:
            shutil.rmtree(self._home, ignore_errors=True)

    # --- what pools ask for ---

    def new_worker(self, pool: Pool) -> Worker | None:
        """A worker for ``pool``; the one idle longest elsewhere makes room if need be."""
        assert self._shop is not None
        if sum(not worker.retired for worker in self._workers) >= self._largest_total:
            idle = [worker for one in self._pools.values() for worker in one.idle]
            if not idle:
                return None
            min(idle, key=lambda worker: worker.idle_since).retire()
        worker = Worker(pool.code, self._shop, pool)
        self._workers.add(worker)
        worker.reaped.add_done_callback(lambda _: self._workers.discard(worker))
        return worker

    async def started(self, worker: Worker) -> StartFailure | None:
        """Start a worker when it is its turn."""
        loop = asyncio.get_running_loop()
        await self._slots.acquire()
        released = False

        def release() -> None:
            nonlocal released
            if not released:
                released = True
                self._slots.release()

        timer = loop.call_later(_START_SLOT_SECONDS, release)
        try:
            return await worker.start()
        finally:
            timer.cancel()
            release()

    def keep_task(self, task: asyncio.Task[None]) -> None:
        """Hold a reference to a start until it is done."""
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- time ---

    def _tick(self) -> None:
        assert self._shop is not None
        now = time.monotonic()
        active = False
        for key, pool in list(self._pools.items()):
            if pool.active:
                pool.tick(now)
                active = active or pool.active
            if pool.superseded and pool.empty:
                del self._pools[key]
        self._tick_timer = self._shop.loop.call_later(_TICK_SECONDS, self._tick) if active else None

    def _sweep(self) -> None:
        assert self._shop is not None
        loop = self._shop.loop
        for pool in self._pools.values():
            pool.retire_idle(time.monotonic() - self._idle_seconds)
            for worker in pool.idle[:]:
                worker.check_memory()
        self._schedule_sweep(loop)

    def _schedule_sweep(self, loop: asyncio.AbstractEventLoop) -> None:
        self._sweep_timer = loop.call_later(min(self._idle_seconds / 4, 5.0), self._sweep)

    # --- making things when they are first needed ---

    def _open(self) -> Workshop:
        loop = asyncio.get_running_loop()
        self._home = tempfile.mkdtemp(prefix="poolhouse-functions-")
        self._shop = Workshop(
            loop=loop,
            threads=self._threads,
            logs=self.logs,
            spawn=partial(
                spawn,
                interpreters=self._interpreters,
                guard=self._guard,
                extra_environment=self._extra_environment,
                home=self._home,
            ),
            forget=self._guard.forget,
            init_seconds=self._init_seconds,
            largest_output_bytes=self._largest_output_bytes,
        )
        self._schedule_sweep(loop)
        return self._shop

    def _new_pool(self, code: FunctionCode) -> Pool:
        reserved = code.reserved_concurrency
        pool = Pool(
            code,
            self,
            largest_size=self._concurrency if reserved is None else reserved,
            longest_queue=self._queue_per_function,
        )
        older = self._current.get((code.arn, code.version))
        if older is not None:
            older.supersede()
        self._pools[code.arn, code.version, code.revision] = pool
        self._current[code.arn, code.version] = pool
        return pool
