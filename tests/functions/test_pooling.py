from __future__ import annotations

import asyncio
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from function_world import Functions, functions_in, processes_with
from poolhouse.functions.runtime import Failed, NotRun, Returned

PID = "import os, time\ndef handler(e, c):\n  time.sleep(e or 0)\n  return os.getpid()\n"


async def at_once(functions: Functions, code: Any, count: int, event: Any = 0.3) -> list[Any]:
    return await asyncio.gather(*(functions.run(code, event) for _ in range(count)))


async def test_side_by_side_up_to_the_bound(tmp_path: Path) -> None:
    async with functions_in(tmp_path, concurrency_per_function=2) as functions:
        outcomes = await at_once(functions, functions.make(PID), 6)
        assert all(isinstance(outcome, Returned) for outcome in outcomes)
        assert len({outcome.payload for outcome in outcomes}) == 2


async def test_reserved_concurrency(functions: Functions) -> None:
    outcomes = await at_once(functions, functions.make(PID, reserved_concurrency=1), 3, 0.05)
    assert len({outcome.payload for outcome in outcomes}) == 1
    none = functions.make(PID, reserved_concurrency=0)
    assert (await functions.refusal(none)).code == "TooManyRequestsException"


async def test_a_burst_of_short_invocations_starts_no_crowd(functions: Functions) -> None:
    code = functions.make(PID)
    await functions.value(code)
    await at_once(functions, code, 20, 0)
    assert len(functions.invoker._workers) == 1


async def test_first_come_first_served(functions: Functions) -> None:
    code = functions.make(
        "seen = []\ndef handler(e, c):\n  seen.append(e)\n  return list(seen)",
        reserved_concurrency=1,
    )
    values = await asyncio.gather(*(functions.value(code, n) for n in range(10)))
    assert values[-1] == list(range(10))


async def test_a_full_queue(tmp_path: Path) -> None:
    async with functions_in(
        tmp_path, concurrency_per_function=1, queue_per_function=3
    ) as functions:
        code = functions.make(PID)
        await functions.value(code)
        outcomes = await at_once(functions, code, 6, 0.1)
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotRun)]
    assert [one.code for one in refused] == ["TooManyRequestsException"] * 2


async def test_a_new_revision_retires_the_old(functions: Functions) -> None:
    old = functions.make(PID, revision="1")
    new = functions.make(PID, revision="2")
    old_pid = await functions.value(old)
    busy = asyncio.ensure_future(functions.value(old, 0.3))
    await asyncio.sleep(0.05)
    new_pid = await functions.value(new)
    assert new_pid != old_pid
    # What was running under the old code is not torn away.
    assert await busy == old_pid
    await _all_reaped(functions, 1)
    with pytest.raises(ProcessLookupError):
        os.kill(old_pid, 0)
    # A caller who still holds the old code is served, and does not disturb the new one.
    late = await functions.value(old)
    assert late not in (old_pid, new_pid)


async def test_versions_live_side_by_side(functions: Functions) -> None:
    latest = functions.make(PID)
    published = replace(latest, version="1", revision="published")
    first = await functions.value(latest)
    second = await functions.value(published)
    assert first != second
    assert await functions.value(latest) == first


async def test_retire(functions: Functions) -> None:
    code = functions.make(PID)
    pid = await functions.value(code)
    functions.invoker.retire(code)
    await _all_reaped(functions, 0)
    assert await functions.value(code) != pid


async def test_idle_workers_are_retired(tmp_path: Path) -> None:
    async with functions_in(tmp_path, idle_seconds=0.2) as functions:
        await functions.value(functions.make(PID))
        await asyncio.wait_for(_all_reaped(functions, 0), 5)
        assert not functions.invoker._workers


async def test_the_bound_of_all_workers(tmp_path: Path) -> None:
    async with functions_in(tmp_path, largest_total=2) as functions:
        codes = [functions.make(PID, name=f"f{n}") for n in range(3)]
        pids = [await functions.value(code) for code in codes]
        # The one idle longest made room.
        assert await functions.value(codes[2]) == pids[2]
        assert await functions.value(codes[1]) == pids[1]
        assert await functions.value(codes[0]) != pids[0]
        busy = [asyncio.ensure_future(functions.run(code, 0.5)) for code in (codes[0], codes[1])]
        await asyncio.sleep(0.2)
        refusal = await functions.refusal(codes[2])
        assert refusal.code == "TooManyRequestsException"
        await asyncio.gather(*busy)


async def test_a_fault_of_loading_is_told_to_all_who_wait(functions: Functions) -> None:
    code = functions.make("import time\ntime.sleep(0.2)\nimport absent", reserved_concurrency=1)
    outcomes = await at_once(functions, code, 10)
    assert all(isinstance(outcome, Failed) for outcome in outcomes)
    assert (await functions.log()).count("[ERROR] Runtime.ImportModuleError") == 1


RUNTIMES = {
    "java21": "runtime java21 cannot be run here",
    "python2.7": "cannot be run here",
    "nodejs": "cannot be run here",
    "provided.al2023": "cannot be run here",
}


@pytest.mark.parametrize("runtime", RUNTIMES)
async def test_runtimes_that_cannot_be_run(functions: Functions, runtime: str) -> None:
    refusal = await functions.refusal(functions.make(PID, runtime=runtime))
    assert refusal.code == "InvalidRuntimeException"
    assert RUNTIMES[runtime] in refusal.detail


async def test_another_minor_version_runs_here(functions: Functions) -> None:
    assert await functions.value(functions.make(PID, runtime="python3.8"))


async def test_code_that_is_gone(functions: Functions) -> None:
    code = replace(functions.make(PID), directory=Path("/nonexistent"))
    assert (await functions.refusal(code)).code == "ServiceException"


@pytest.mark.parametrize("bad", [{"A": "nul\0"}, {"A=B\0": "x"}, {"A": "\ud800"}])
async def test_an_environment_that_no_process_can_have(
    functions: Functions, bad: dict[str, str]
) -> None:
    code = functions.make(PID, environment=bad)
    for _ in range(2):
        assert (await functions.refusal(code, limit_seconds=5)).code == "ServiceException"


async def test_close_leaves_nothing_behind(tmp_path: Path) -> None:
    async with functions_in(tmp_path) as functions:
        python = functions.make(PID)
        node = functions.make(
            "export const handler = () => { while (true) {} };", file="index.mjs", name="busy"
        )
        slow = functions.make("import time\ntime.sleep(60)", name="slow")
        await functions.value(python)
        running = [asyncio.ensure_future(functions.run(code, 30)) for code in (python, node, slow)]
        await asyncio.sleep(0.5)
        pids = [worker.pid for worker in functions.invoker._workers]
        assert len(pids) == 3
        home = functions.invoker._home
        assert os.listdir(home) == []
    outcomes = await asyncio.gather(*running)
    assert not any(isinstance(outcome, Returned) for outcome in outcomes)
    for pid in pids:
        assert pid is not None
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
    assert processes_with(f"{tmp_path}") == []
    with pytest.raises(FileNotFoundError):
        os.listdir(home)
    assert (await functions.refusal(python)).code == "ServiceException"


async def test_close_without_ever_running(tmp_path: Path) -> None:
    async with functions_in(tmp_path):
        pass


async def _all_reaped(functions: Functions, left: int) -> None:
    workers = functions.invoker._workers
    while len(workers) > left:
        reaped = [worker.reaped for worker in workers]
        await asyncio.wait(reaped, return_when=asyncio.FIRST_COMPLETED)


async def test_invocations_that_wait_for_something_get_more_workers(tmp_path: Path) -> None:
    async with functions_in(tmp_path, concurrency_per_function=3) as functions:
        code = functions.make(PID)
        await functions.value(code)
        outcomes = await at_once(functions, code, 12, 0.05)
        assert len({outcome.payload for outcome in outcomes}) == 3


async def test_the_duration_is_the_workers_own(functions: Functions) -> None:
    code = functions.make("import time\ndef handler(e, c):\n  time.sleep(e)\n  return e")
    await functions.value(code, 0)
    begun = time.perf_counter()
    running = asyncio.ensure_future(functions.run(code, 0.02))
    await asyncio.sleep(0)
    time.sleep(0.3)  # noqa: ASYNC251 - a busy event loop: the answer lies there meanwhile
    outcome = await running
    assert time.perf_counter() - begun >= 0.3
    assert isinstance(outcome, Returned)
    assert 20 <= outcome.duration_ms < 280
