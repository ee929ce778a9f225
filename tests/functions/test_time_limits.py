from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from function_world import Functions, functions_in, processes_with
from poolhouse.functions.runtime import Failed

HANGS = {
    "python": ("index.py", "import time\ndef handler(e, c):\n  if e: time.sleep(60)\n"),
    "python in a loop": ("index.py", "def handler(e, c):\n  while e: pass\n"),
    "node": (
        "index.mjs",
        "export const handler = async (e) => {"
        " if (e) await new Promise((r) => setTimeout(r, 6e4)) };",
    ),
    "node in a loop": ("index.mjs", "export const handler = async (e) => { while (e) {} };"),
}


@pytest.mark.parametrize("case", HANGS)
async def test_the_functions_own_time(functions: Functions, case: str) -> None:
    file, source = HANGS[case]
    code = functions.make(source, file=file, timeout_seconds=0.2)
    assert await functions.value(code) is None
    begun = time.monotonic()
    outcome = await functions.run(code, True, limit_seconds=5)
    assert 0.2 <= time.monotonic() - begun < 1.5
    assert isinstance(outcome, Failed)
    assert b'"errorType":"Sandbox.Timedout"' in outcome.payload
    assert b" Error: Task timed out after 0.20 seconds" in outcome.payload
    assert b"Task timed out after 0.20 seconds\nEND RequestId: " in outcome.log_tail
    assert await functions.value(code) is None


@pytest.mark.parametrize("case", HANGS)
async def test_the_callers_patience(functions: Functions, case: str) -> None:
    file, source = HANGS[case]
    code = functions.make(source, file=file, timeout_seconds=30)
    assert await functions.value(code) is None
    begun = time.monotonic()
    refusal = await functions.refusal(code, True, limit_seconds=0.2)
    assert 0.2 <= time.monotonic() - begun < 1.5
    assert refusal.code == "CallerTimeout"
    # The worker is gone, and with it what it was doing; the next caller gets a fresh one.
    assert await functions.value(code, limit_seconds=5) is None


async def test_the_functions_time_counts_when_both_are_up(functions: Functions) -> None:
    code = functions.make(HANGS["python"][1], timeout_seconds=0.2)
    await functions.value(code)
    outcome = await functions.run(code, True, limit_seconds=0.2)
    assert isinstance(outcome, Failed)


async def test_loading_has_time_of_its_own(functions: Functions) -> None:
    """As in Lambda, a slow import does not count as the function's time."""
    code = functions.make(
        "import time\ntime.sleep(0.4)\ndef handler(e, c): return c.get_remaining_time_in_millis()",
        timeout_seconds=0.3,
    )
    assert 0 < await functions.value(code) <= 300


@pytest.mark.parametrize("file", ["index.py", "index.mjs"])
async def test_loading_that_hangs(tmp_path: Path, file: str) -> None:
    source = {"index.py": "import time\ntime.sleep(60)", "index.mjs": "while (true) {}"}[file]
    async with functions_in(tmp_path, init_seconds=0.3) as functions:
        document = await functions.error(functions.make(source, file=file))
        assert document["errorType"] == "Sandbox.Timedout"
        assert "while loading the handler" in document["errorMessage"]


async def test_the_callers_limit_counts_while_loading(functions: Functions) -> None:
    """The start goes on without the caller, so that a second attempt finds a warm worker."""
    code = functions.make("import time\ntime.sleep(0.5)\ndef handler(e, c): return 'warm'")
    begun = time.monotonic()
    assert (await functions.refusal(code, limit_seconds=0.1)).code == "CallerTimeout"
    assert time.monotonic() - begun < 0.4
    assert await functions.value(code, limit_seconds=5) == "warm"
    assert len(functions.invoker._workers) == 1


async def test_an_answer_in_time_counts_even_if_nobody_looked(functions: Functions) -> None:
    """A server that was held up must not take its own delay for the function's."""
    code = functions.make("def handler(e, c): return 'in time'", timeout_seconds=0.2)
    await functions.value(code)
    running = asyncio.ensure_future(functions.run(code, limit_seconds=0.2))
    await asyncio.sleep(0)
    time.sleep(0.4)  # noqa: ASYNC251 - the event loop is held up on purpose
    outcome = await running
    assert getattr(outcome, "payload", outcome) == b'"in time"'


async def test_a_cancelled_caller_gets_nobody_elses_answer(functions: Functions) -> None:
    code = functions.make(
        "import time, os\ndef handler(e, c):\n  time.sleep(e['sleep'])\n  return e['say']",
        reserved_concurrency=1,
    )
    await functions.value(code, {"sleep": 0, "say": "warm"})
    leaving = asyncio.ensure_future(functions.run(code, {"sleep": 0.3, "say": "nobody hears"}))
    waiting = asyncio.ensure_future(functions.run(code, {"sleep": 0, "say": "never run"}))
    await asyncio.sleep(0.05)
    for task in (leaving, waiting):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await functions.value(code, {"sleep": 0, "say": "mine"}, limit_seconds=5) == "mine"
    assert len(functions.invoker._workers) == 1
    assert (await functions.log()).count("START") == 3


async def test_a_function_that_nobody_waits_for_still_ends_in_time(functions: Functions) -> None:
    code = functions.make(
        "import time\ndef handler(e, c):\n  time.sleep(60 if e else 0)",
        timeout_seconds=0.3,
        reserved_concurrency=1,
    )
    await functions.value(code)
    leaving = asyncio.ensure_future(functions.run(code, True))
    await asyncio.sleep(0.05)
    leaving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await leaving
    assert await functions.value(code, limit_seconds=5) is None
    assert "Task timed out" in await functions.log()


async def test_what_a_function_started_ends_with_it(functions: Functions) -> None:
    mark = "7654321"
    code = functions.make(
        f"import subprocess, time\ndef handler(e, c):\n"
        f"  if e:\n    subprocess.Popen(['sleep', '{mark}'])\n    time.sleep(60)",
        timeout_seconds=0.3,
    )
    await functions.value(code)
    await functions.error(code, True)
    workers = list(functions.invoker._workers)
    for worker in workers:
        await worker.reaped
    assert processes_with(mark) == []
