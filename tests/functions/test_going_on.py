"""Workers that go on by themselves with those who wait: order, logs, and what a slow one does."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path
from typing import Any

import pytest

from function_world import Functions, functions_in
from poolhouse.functions import pools
from poolhouse.functions.logs import read_log
from poolhouse.functions.runtime import Failed, NotRun, Outcome, Returned
from poolhouse.functions.worker import Worker

# What it prints comes from all that can print; `slow` first sleeps, `die` ends the process.
PYTHON = """
import os, sys, time
seen = []
def handler(event, context):
    seen.append(event["n"])
    if "print" in event:
        print("stdout", event["n"])
        sys.stderr.write(f"stderr {event['n']}\\n")
        os.write(1, f"written {event['n']}\\n".encode())
    time.sleep(event.get("slow", 0))
    if "die" in event:
        os._exit(3)
    if "fail" in event:
        raise ValueError("no")
    left = context.get_remaining_time_in_millis()
    return {"seen": list(seen), "pid": os.getpid(), "left": left, "id": context.aws_request_id}
"""
NODE = """
const fs = require('node:fs');
const seen = [];
exports.handler = async (event, context) => {
  seen.push(event.n);
  if (event.print) {
    console.log('stdout', event.n);
    process.stderr.write(`stderr ${event.n}\\n`);
    fs.writeSync(1, `written ${event.n}\\n`);
  }
  if (event.slow) await new Promise((done) => setTimeout(done, event.slow * 1000));
  if (event.die) process.exit(3);
  if (event.fail) throw new Error('no');
  const left = context.getRemainingTimeInMillis();
  return { seen: [...seen], pid: process.pid, left, id: context.awsRequestId };
};
"""
SOURCES = {"index.py": PYTHON, "index.js": NODE}
files = pytest.mark.parametrize("file", SOURCES)


@pytest.fixture(autouse=True)
def any_function_is_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine however slow."""
    monkeypatch.setattr(pools, "_AHEAD_SECONDS", 1000.0)


@pytest.fixture
def went_on(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number for each time that a worker went on by itself: what it was offered besides."""
    times: list[int] = []
    original = Worker._go_on

    def observed(self: Worker, reply: Any) -> None:
        if reply.goes_on:
            times.append(len(self.offered))
        original(self, reply)

    monkeypatch.setattr(Worker, "_go_on", observed)
    return times


async def warm(functions: Functions, file: str, **more: Any) -> Any:
    """A function whose worker has answered often enough for its speed to be known."""
    code = functions.make(SOURCES[file], file=file, **more)
    for n in range(40):
        await functions.value(code, {"n": -n})
    return code


async def at_once(functions: Functions, code: Any, events: list[dict[str, Any]]) -> list[Outcome]:
    return await asyncio.gather(*(functions.run(code, event) for event in events))


def value(outcome: Outcome) -> Any:
    assert isinstance(outcome, Returned), outcome
    return json.loads(outcome.payload)


def log_of(functions: Functions) -> str:
    return read_log(functions.invoker.logs.directory, "claims", last_bytes=10**6).decode()


@files
async def test_in_order_by_one_worker(functions: Functions, went_on: list[int], file: str) -> None:
    code = await warm(functions, file)
    assert went_on == []  # one after the other there is nothing to go on with
    outcomes = await at_once(functions, code, [{"n": n} for n in range(1, 60)])
    values = [value(outcome) for outcome in outcomes]
    assert [one["seen"][-1] for one in values] == list(range(1, 60))
    assert len({one["pid"] for one in values}) == 1
    assert len({one["id"] for one in values}) == 59
    assert went_on


@files
async def test_each_has_its_own_log(functions: Functions, went_on: list[int], file: str) -> None:
    code = await warm(functions, file)
    loud = [{"n": n, "print": 1} if n % 3 else {"n": n} for n in range(1, 60)]
    outcomes = await at_once(functions, code, loud)
    await functions.invoker.logs.flush()
    text = log_of(functions)
    assert "\0" not in text
    for event, outcome in zip(loud, outcomes, strict=True):
        request_id, n = value(outcome)["id"], event["n"]
        found = re.search(
            rf"START RequestId: {request_id} .*?END RequestId: {request_id}", text, re.DOTALL
        )
        assert found is not None
        lines = [line.split("\t")[-1] for line in found[0].splitlines()[1:-1]]
        expected = [f"stdout {n}", f"stderr {n}", f"written {n}"] if "print" in event else []
        assert lines == expected
        assert isinstance(outcome, Returned)
        tail = outcome.log_tail.decode()
        assert tail.startswith(f"START RequestId: {request_id}")
        assert tail.count("START") == tail.count("REPORT") == 1
    assert went_on


@files
async def test_failures_between_others(functions: Functions, went_on: list[int], file: str) -> None:
    code = await warm(functions, file)
    events = [{"n": n, "fail": 1} if n % 4 == 2 else {"n": n} for n in range(1, 40)]
    outcomes = await at_once(functions, code, events)
    for event, outcome in zip(events, outcomes, strict=True):
        if "fail" in event:
            assert isinstance(outcome, Failed)
            assert json.loads(outcome.payload)["errorMessage"] == "no"
        else:
            assert value(outcome)["seen"][-1] == event["n"]
    assert went_on


@files
async def test_who_waits_behind_a_slow_one_gets_another_worker(
    tmp_path: Path, went_on: list[int], file: str
) -> None:
    async with functions_in(tmp_path, concurrency_per_function=2) as functions:
        code = await warm(functions, file)
        slow = asyncio.ensure_future(functions.run(code, {"n": 1, "slow": 2.5}))
        await asyncio.sleep(0)
        others = await at_once(functions, code, [{"n": n} for n in range(2, 30)])
        assert not slow.done()
        pids = {value(outcome)["pid"] for outcome in others}
        assert len(pids) == 1
        assert value(await slow)["pid"] not in pids
        seen = value(others[-1])["seen"]
        assert seen == list(range(2, 30))  # each once, in order, by the other worker


@files
async def test_what_waits_behind_one_that_dies_runs_elsewhere_once(
    tmp_path: Path, went_on: list[int], file: str
) -> None:
    async with functions_in(tmp_path, concurrency_per_function=1) as functions:
        code = await warm(functions, file)
        events = [{"n": n, "die": 1} if n == 9 else {"n": n} for n in range(1, 30)]
        outcomes = await at_once(functions, code, events)
        assert isinstance(outcomes[8], Failed)
        assert "exit status 3" in json.loads(outcomes[8].payload)["errorMessage"]
        for event, outcome in zip(events, outcomes, strict=True):
            if event["n"] != 9:
                assert value(outcome)["seen"][-1] == event["n"]
        assert value(outcomes[-1])["seen"] == list(range(10, 30))
        assert went_on


@files
async def test_time_is_counted_from_the_own_beginning(tmp_path: Path, file: str) -> None:
    async with functions_in(tmp_path, concurrency_per_function=1) as functions:
        code = await warm(functions, file, timeout_seconds=2.0)
        events: list[dict[str, Any]] = [{"n": 1, "slow": 1.1}, {"n": 2, "slow": 1.1}, {"n": 3}]
        outcomes = await at_once(functions, code, events)
        assert [value(outcome)["seen"][-1] for outcome in outcomes] == [1, 2, 3]
        assert 1000 < value(outcomes[2])["left"] <= 2000
        for outcome in outcomes[:2]:
            assert isinstance(outcome, Returned)
            assert 1100 <= outcome.duration_ms < 2000


async def test_a_time_out_ends_only_the_one_that_took_too_long(tmp_path: Path) -> None:
    async with functions_in(tmp_path, concurrency_per_function=1) as functions:
        code = await warm(functions, "index.py", timeout_seconds=1.0)
        outcomes = await at_once(functions, code, [{"n": 1, "slow": 9}, {"n": 2}, {"n": 3}])
        assert isinstance(outcomes[0], Failed)
        assert "Task timed out after 1.00 seconds" in outcomes[0].payload.decode()
        assert value(outcomes[2])["seen"] == [2, 3]


async def test_the_callers_patience_counts_while_offered(tmp_path: Path) -> None:
    async with functions_in(tmp_path, concurrency_per_function=1) as functions:
        code = await warm(functions, "index.py", timeout_seconds=5.0)
        slow = asyncio.ensure_future(functions.run(code, {"n": 1, "slow": 3}))
        await asyncio.sleep(0)
        refusal = await functions.refusal(code, {"n": 2}, limit_seconds=0.2)
        assert refusal.code == "CallerTimeout"
        assert not slow.done()
        assert value(await slow)["seen"][-1] == 1
        # It was taken back, and never ran.
        assert (await functions.value(code, {"n": 3}))["seen"][-2:] == [1, 3]


async def test_large_events_wait_their_turn(functions: Functions, went_on: list[int]) -> None:
    code = await warm(functions, "index.py")
    events = [{"n": n, "padding": "x" * (100_000 if n % 5 == 0 else 10)} for n in range(1, 40)]
    outcomes = await at_once(functions, code, events)
    assert [value(outcome)["seen"][-1] for outcome in outcomes] == list(range(1, 40))
    assert went_on


async def test_closing_concludes_those_who_were_offered(tmp_path: Path) -> None:
    async with functions_in(tmp_path, concurrency_per_function=1) as functions:
        code = await warm(functions, "index.py")
        running = [
            asyncio.ensure_future(functions.run(code, {"n": n, "slow": 5})) for n in range(10)
        ]
        await asyncio.sleep(0)
        await functions.invoker.close()
        outcomes = await asyncio.gather(*running)
    assert isinstance(outcomes[0], Failed)
    assert all(isinstance(outcome, NotRun) for outcome in outcomes[1:])


async def test_a_function_that_closes_its_log_goes_on(functions: Functions) -> None:
    source = "import os\ndef handler(e, c):\n  os.close(1) if e == 5 else None\n  return e"
    code = functions.make(source)
    for n in range(-20, 0):
        await functions.value(code, n)
    outcomes = await asyncio.gather(*(functions.run(code, n) for n in range(30)))
    assert [value(outcome) for outcome in outcomes] == list(range(30))


async def test_a_mark_that_a_function_prints(functions: Functions) -> None:
    """Its own log is all that it can confuse, and only what it printed itself."""
    source = (
        "import os\n"
        "mark = open('/proc/self/cmdline', 'rb').read().split(b'\\0')[-3].decode()\n"
        "def handler(e, c):\n  os.write(1, bytes.fromhex(mark) * 3)\n  return e"
    )
    code = functions.make(source)
    for n in range(-20, 0):
        await functions.value(code, n)
    outcomes = await asyncio.gather(*(functions.run(code, n) for n in range(30)))
    assert [value(outcome) for outcome in outcomes] == list(range(30))
