"""The workers of one revision: who runs, who waits, when another worker is started.

First come, first served. A function that answers at once is kept busy: its workers see some of
those who wait, and go on by themselves. The first worker is started for the first caller; a further
one once somebody has waited a moment, and those who wait would still do so for a while with the
workers that there are. A burst of short invocations starts no crowd: where the processor is what is
short, a second worker takes its time from the first, and both from the server.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Protocol

from poolhouse.functions.invocations import Invocation
from poolhouse.functions.runtime import FunctionCode, NotRun
from poolhouse.functions.worker import StartFailure, Worker

THROTTLED = "TooManyRequestsException"
_PATIENCE_SECONDS = 0.02
"""How long somebody waits, or has to expect to wait, before a further worker is started."""
_LONG_SECONDS = 0.05
"""An invocation that runs longer than this says more about the queue than the mean does."""
_LOADING_SECONDS = 0.5
"""A first worker that has loaded for so long is waited for no longer before there is a second."""
_NEWEST_WEIGHT = 0.1
_AHEAD_SECONDS = 0.002
_MOST_AHEAD = 16
"""What a worker is offered at most, by the time that it is expected to take, and by number."""


class House(Protocol):
    """What a pool needs of the invoker it belongs to."""

    def new_worker(self, pool: Pool) -> Worker | None:
        """A worker to start; None when there are too many in all and none is idle."""

    async def started(self, worker: Worker) -> StartFailure | None:
        """Start it, among a bounded number of others."""

    def keep_task(self, task: asyncio.Task[None]) -> None: ...


class Pool:
    """The warm workers of one revision of one function."""

    def __init__(
        self, code: FunctionCode, house: House, *, largest_size: int, longest_queue: int
    ) -> None:
        self.code = code
        self.superseded = False
        self.idle: list[Worker] = []
        self.ready: set[Worker] = set()
        self.starting: set[Worker] = set()
        self.queue: deque[Invocation] = deque()
        self._run_seconds = 0.0
        """A moving mean of what invocations took in their workers."""
        self._is_crowded = False
        """Whether the last one who came found no idle worker."""
        self._last_start_at = 0.0
        self._house = house
        self._largest_size = largest_size
        self._longest_queue = longest_queue

    @property
    def empty(self) -> bool:
        """Nobody works here, and nobody waits."""
        return not (self.ready or self.starting or self.queue)

    @property
    def active(self) -> bool:
        """Something is going on whose time can run out."""
        return bool(self.queue or self.starting or len(self.ready) > len(self.idle))

    def submit(self, invocation: Invocation) -> None:
        """Run an invocation now or in its turn; its future says how it went."""
        if not self.queue:
            while self.idle:
                if self.idle.pop().begin(invocation, others_wait=self._is_crowded):
                    self._is_crowded = False
                    return
        self._is_crowded = True
        waiting = len(self.queue) + sum(len(worker.offered) for worker in self.ready)
        if self._largest_size == 0:
            self._refuse(invocation, "the reserved concurrency is 0")
        elif waiting >= self._longest_queue:
            self._refuse(invocation, f"{waiting} callers are waiting already")
        elif self.queue or not self._offered(invocation):
            self.queue.append(invocation)
            if not self.ready and not self.starting:
                self._start_another()

    def tick(self, now: float) -> None:
        """Look after time: of running invocations, of waiting ones, of the pool's size."""
        for worker in [w for w in self.ready if w.invocation is not None]:
            worker.check(now)
            if worker.invocation and now - worker.invocation.begun_at >= _PATIENCE_SECONDS:
                self._put_back(worker.take_back())
        for worker in list(self.starting):
            worker.check_memory()
        if self.queue:
            self._expire(now)
        if (
            self.queue
            and now - self.queue[0].queued_at >= _PATIENCE_SECONDS
            and len(self.starting) < len(self.queue)
            and self._is_short_of_workers(now)
        ):
            self._start_another()

    def retire_idle(self, older_than: float) -> None:
        """End workers that have been idle since before ``older_than`` (``time.monotonic``)."""
        for worker in [w for w in self.idle if w.idle_since <= older_than]:
            worker.retire()

    def supersede(self) -> None:
        """A newer revision is there: end what is idle, and the others as they finish."""
        self.superseded = True
        for worker in self.idle[:]:
            worker.retire()

    def leave(self) -> list[Invocation]:
        """Those who wait, who do so no longer: nobody else will be served."""
        waiting = list(self.queue)
        self.queue.clear()
        for worker in self.ready:
            waiting += worker.offered
            worker.offered.clear()
        return waiting

    # --- what workers report ---

    def ran(self, run_ms: float) -> None:
        """An invocation took this long in its worker."""
        self._run_seconds += (run_ms / 1000 - self._run_seconds) * _NEWEST_WEIGHT

    def freed(self, worker: Worker) -> None:
        """The worker has answered and takes the next in the queue."""
        self._put_back(worker.take_back())
        while self.queue:
            invocation = self.queue.popleft()
            if invocation.future.done():
                continue  # the caller has left
            if worker.begin(invocation, others_wait=bool(self.queue)):
                self.went_on(worker)
            else:
                self.queue.appendleft(invocation)
                self._ensure_progress()
            return
        if self.superseded:
            worker.retire()
        else:
            self.idle.append(worker)

    def went_on(self, worker: Worker) -> None:
        """The worker has begun another one: some of those who wait come into its view."""
        while self.queue and len(worker.offered) < self._most_ahead():
            invocation = self.queue.popleft()
            if not invocation.future.done() and not worker.offer(invocation):
                self.queue.appendleft(invocation)
                return

    def gone(self, worker: Worker) -> None:
        """The worker has been retired; what it was offered waits again."""
        self.ready.discard(worker)
        if worker in self.idle:
            self.idle.remove(worker)
        self._put_back(list(worker.offered))
        worker.offered.clear()
        self._ensure_progress()

    # --- ahead ---

    def _offered(self, invocation: Invocation) -> bool:
        """Whether a worker that is busy now goes on with it."""
        if not self._most_ahead() or not self.ready:
            return False
        worker = min(self.ready, key=lambda one: len(one.offered))
        return len(worker.offered) < self._most_ahead() and worker.offer(invocation)

    def _most_ahead(self) -> int:
        if not self._run_seconds:
            return 0
        return min(_MOST_AHEAD, int(_AHEAD_SECONDS / self._run_seconds))

    def _put_back(self, invocations: Sequence[Invocation]) -> None:
        self.queue.extendleft(reversed(invocations))

    # --- growing ---

    def _ensure_progress(self) -> None:
        if self.queue and not self.ready and not self.starting:
            self._start_another()

    def _is_short_of_workers(self, now: float) -> bool:
        if not self.ready:
            # Two that load at once load half as fast each.
            return now - self._last_start_at >= _LOADING_SECONDS
        busy = [w.invocation for w in self.ready if w.invocation is not None]
        if any(now - one.begun_at >= _LONG_SECONDS for one in busy):
            return True
        expected_seconds = len(self.queue) * self._run_seconds / len(self.ready)
        return expected_seconds >= _PATIENCE_SECONDS

    def _start_another(self) -> None:
        if len(self.ready) + len(self.starting) >= self._largest_size:
            return
        worker = self._house.new_worker(self)
        if worker is not None:
            self.starting.add(worker)
            self._last_start_at = time.monotonic()
            task = asyncio.get_running_loop().create_task(self._start(worker))
            self._house.keep_task(task)
        elif not self.ready and not self.starting:
            self._fail_all(lambda _: NotRun(THROTTLED, "too many workers in all"))

    async def _start(self, worker: Worker) -> None:
        failure = await self._house.started(worker)
        self.starting.discard(worker)
        if failure is None and not worker.retired:
            self.ready.add(worker)
            self.freed(worker)
        elif failure is not None:
            self._start_failed(failure)
        else:
            self._ensure_progress()

    def _start_failed(self, failure: StartFailure) -> None:
        """The one who has waited longest is told; everybody, if nobody else can serve them.

        Starting anew for each of them would find the same fault, one slow start after the other.
        """
        if not self.ready and not self.starting:
            self._fail_all(failure)
        elif self.queue and not self.ready:
            invocation = self.queue.popleft()
            invocation.conclude(failure(invocation))

    def _fail_all(self, failure: StartFailure) -> None:
        waiting = list(self.queue)
        self.queue.clear()
        for invocation in waiting:
            invocation.conclude(failure(invocation))

    # --- not running ---

    def _expire(self, now: float) -> None:
        waiting = [one for one in self.queue if not one.future.done()]
        late = [one for one in waiting if one.give_up_at <= now]
        if late or len(waiting) < len(self.queue):
            self.queue = deque(one for one in waiting if one.give_up_at > now)
        for one in late:
            waited = now - one.queued_at
            detail = f"{self.code.name} had no worker ready within {waited:.2f} s"
            one.conclude(NotRun("CallerTimeout", detail))

    @staticmethod
    def _refuse(invocation: Invocation, detail: str) -> None:
        invocation.conclude(NotRun(THROTTLED, detail))
