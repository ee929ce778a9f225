"""Asynchronous invocations: accepted now, run soon, nobody waits for the answer.

Ours, where the service differs: an event is run once (a function error is logged, not retried),
throttled ones are tried again for a short while, and what waits when the server ends is dropped.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

import structlog

from poolhouse.functions.runtime import NotRun, Outcome, Returned

log = structlog.get_logger("poolhouse.functions")

_LONGEST_QUEUE = 1000
_THROTTLED_RETRY_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

Run = Callable[[], Awaitable[Outcome]]


class LaterQueue:
    """A bounded queue per function, each drained by a few tasks that live while it has work."""

    def __init__(self, *, concurrency_per_function: int) -> None:
        self._concurrency = concurrency_per_function
        self._waiting: dict[str, deque[Run]] = {}
        self._tasks: dict[str, set[asyncio.Task[None]]] = {}
        self._closed = False

    def accept(self, function: str, run: Run) -> bool:
        """Take an invocation of ``function``; False when too many wait already."""
        waiting = self._waiting.setdefault(function, deque())
        if self._closed or len(waiting) >= _LONGEST_QUEUE:
            return False
        waiting.append(run)
        tasks = self._tasks.setdefault(function, set())
        if len(tasks) < self._concurrency:
            task = asyncio.get_running_loop().create_task(self._drain(function))
            tasks.add(task)
        return True

    async def close(self) -> None:
        """Stop at once; what waits is dropped, and counted in the log."""
        self._closed = True
        dropped = sum(len(waiting) for waiting in self._waiting.values())
        tasks = [task for group in self._tasks.values() for task in group]
        if dropped or tasks:
            log.warning("asynchronous invocations were dropped", waiting=dropped, begun=len(tasks))
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drain(self, function: str) -> None:
        waiting = self._waiting[function]
        try:
            while waiting:
                await self._run_one(function, waiting.popleft())
        finally:
            tasks = self._tasks[function]
            task = asyncio.current_task()
            if task is not None:
                tasks.discard(task)
            if not tasks and not waiting and not self._closed:
                del self._tasks[function], self._waiting[function]

    async def _run_one(self, function: str, run: Run) -> None:
        try:
            outcome = await run()
            for pause in _THROTTLED_RETRY_SECONDS:
                if not isinstance(outcome, NotRun) or outcome.code != "TooManyRequestsException":
                    break
                await asyncio.sleep(pause)
                outcome = await run()
        except Exception:
            log.exception("an asynchronous invocation failed", function=function)
            return
        if not isinstance(outcome, Returned):
            why = outcome.code if isinstance(outcome, NotRun) else "the function failed"
            log.warning("an asynchronous invocation failed", function=function, why=why)
