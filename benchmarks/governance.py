"""What watching costs: CPU per token by audit mode, and a replay of very many recorded calls.

    .venv/bin/python -m benchmarks.governance            # both
    .venv/bin/python -m benchmarks.governance audit

CPU time of this process is measured, not the clock's, so that other work on the machine counts
little. The house is a real one on a real disk; functions answer in this process for ``audit``, and
run in worker processes for ``replay``.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from poolhouse import logs
from poolhouse.app import build_house, close_house
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.governance import Recording
from poolhouse.domain.records import AppClient, TriggerConfiguration, User, UserPool
from poolhouse.functions.directory import Execution
from poolhouse.functions.runtime import Returned
from poolhouse.house import House
from poolhouse.recording.calls import RecordedCall
from poolhouse.replay.replaying import Replay, replay
from poolhouse.replay.reports import Report
from poolhouse.settings import Settings
from poolhouse.store import users
from poolhouse.tokens.customize import Trace, customize
from poolhouse.tokens.issue import issue
from poolhouse.triggers import pre_token_generation

TOKENS = 4000
AT_ONCE = 32
ROUNDS = 5
EVENTS = 10_000

POOL = UserPool("us-east-1_Q7hYk2LmN", "us-east-1", "harbour", "ESSENTIALS", 0, 0, {}, {})
CLIENT = AppClient("4kq9v0c7e1t3m5p8r2s6u0w1x", POOL.id, "app", 0, 0, {})
INES = User(POOL.id, "7d1f1c1e-50a1-70be-3a0c-2f6b8f0d9e11", "ines", "CONFIRMED", True, 0, 0, {})
WISHES = {
    "claimsAndScopeOverrideDetails": {
        "accessTokenGeneration": {
            "claimsToAddOrOverride": {"hb:plan": "harbour", "hb:seats": 12, "hb:pier": "C"},
            "scopesToAdd": ["tides/read"],
        }
    }
}
NEW_CODE = """
def handler(event, context):
    number = int(event["request"]["userAttributes"]["custom:number"])
    wishes = {"tier": "gold" if number % 10 else "silver"}
    if number % 1000 == 7:
        raise ValueError("no")
    event["response"] = {"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {
        "claimsToAddOrOverride": wishes}}}
    return event
"""


class _Answering:
    """Functions that answer at once, in this process."""

    async def invoke(self, arn: str, event: bytes, **_: Any) -> Execution:
        answer = json.dumps({**json.loads(event), "response": WISHES}).encode()
        return Execution(Returned(answer), "7", "ab" * 32, 0.1)

    async def close(self) -> None:
        """Nothing runs."""


def machine(*, with_function: bool) -> Authentication:
    trigger = TriggerConfiguration("arn:aws:lambda:us-east-1:1:function:f", "V3_0")
    pool = replace(POOL, pre_token_generation=trigger if with_function else None)
    source: Any = "TokenGeneration_ClientCredentials"
    return Authentication(pool, CLIENT, source, None, (), ("a/b",), 0, by_oauth=True)


async def _house(data: Path, **settings: Any) -> House:
    house = await build_house(Settings(data=data, public_url="https://auth.test", **settings))
    made = await house.keys.make_pair(POOL.id, 1)
    await house.db.write(house.keys.insert, made)
    await house.db.write(users.insert, POOL, INES)
    return house


async def _microseconds_per_token(house: House, subject: Authentication) -> float:
    async def some(count: int) -> None:
        for _ in range(count):
            await issue(house, subject)

    await some(50)
    before = time.process_time()
    await asyncio.gather(*(some(TOKENS // AT_ONCE) for _ in range(AT_ONCE)))
    await house.audit.flush()
    return (time.process_time() - before) / TOKENS * 1e6


async def audit() -> None:
    """Machine tokens, where nothing else is written: the mode that costs most, relatively."""
    for with_function in (False, True):
        found: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            for mode in ("off", "buffered", "full"):
                with tempfile.TemporaryDirectory() as data:
                    house = await _house(Path(data), audit=mode)
                    house = replace(house, functions=_Answering())  # type: ignore[arg-type]  # a stand-in
                    spent = await _microseconds_per_token(
                        house, machine(with_function=with_function)
                    )
                    found.setdefault(mode, []).append(spent)
                    await close_house(house)
        name = "with a function" if with_function else "without a function"
        base = statistics.median(found["off"])
        for mode, values in found.items():
            middle = statistics.median(values)
            print(f"machine token {name}, audit {mode:9}{middle:7.1f} us  {middle / base - 1:+.1%}")


async def replays() -> None:
    """Recorded calls through new code, the report held against a count made by hand."""
    with tempfile.TemporaryDirectory() as data, tempfile.TemporaryDirectory() as code:
        path = Path(code) / "new.py"
        path.write_text(NEW_CODE, encoding="utf-8")
        house = await _house(Path(data), functions=f"new={path}")
        await house.functions.start()
        expected = await _record(house)
        before_mib = peak_mib = _memory_mib()
        begun = time.perf_counter()
        wanted = Replay("arn:aws:lambda:us-east-1:123456789012:function:new", 0, 1 << 60)
        report: Report | None = None
        async for step in replay(house, POOL, wanted):
            peak_mib = max(peak_mib, _memory_mib())
            if isinstance(step, Report):
                report = step
        seconds = time.perf_counter() - begun
        assert report is not None
        told = report.told()
        counted = Counter({d["name"]: d["count"] for d in told["differences"]})
        assert told["events"] == EVENTS
        assert told["new_failures"] == expected["failures"], told["new_failures"]
        assert counted["tier"] == expected["tier"], counted
        print(f"replay of {EVENTS:,} events: {seconds:.1f} s, {EVENTS / seconds:,.0f}/s")
        print(f"memory {before_mib:.0f} MiB before, {peak_mib:.0f} MiB at most meanwhile")
        print(f"milliseconds in the function: {told['run_ms']}")
        await close_house(house)


async def _record(house: House) -> Counter[str]:
    expected: Counter[str] = Counter()
    trigger = TriggerConfiguration("arn:aws:lambda:us-east-1:1:function:f", "V2_0")
    for number in range(EVENTS):
        user = replace(INES, attributes={"sub": INES.sub, "custom:number": str(number)})
        pool = replace(POOL, pre_token_generation=None)
        source: Any = "TokenGeneration_Authentication"
        subject = Authentication(pool, CLIENT, source, user, (), ("a/b",), 0, event_id="e")
        trace = Trace()
        await customize(house, subject, now_seconds=1, trace=trace)
        assert trace.draft is not None
        asked = replace(subject, pool=replace(pool, pre_token_generation=trigger))
        event = pre_token_generation.event(trace.draft, asked)
        answer = {**event, "response": _tier("gold")}
        call = RecordedCall(
            client_id=CLIENT.id,
            sub=user.sub,
            source=source,
            version="V2_0",
            event=event,
            draft=trace.draft,
            answer=json.dumps(answer).encode(),
            error=None,
            run_ms=1.0,
            function_arn=trigger.function_arn,
            function_version="1",
        )
        await house.recorder.keep(POOL.id, Recording(rate=1), call, 1_000 + number)
        if number % 500 == 0:
            await house.recorder.flush()
        if number % 1000 == 7:
            expected["failures"] += 1
        elif number % 10 == 0:
            expected["tier"] += 1
    await house.recorder.flush()
    return expected


def _tier(tier: str) -> dict[str, Any]:
    wishes = {"accessTokenGeneration": {"claimsToAddOrOverride": {"tier": tier}}}
    return {"claimsAndScopeOverrideDetails": wishes}


def _memory_mib() -> float:
    """What this process holds now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / (1 << 20)


def main(names: list[str]) -> None:
    logs.configure(level="error", style="text")
    for name, run in (("audit", audit), ("replay", replays)):
        if not names or name in names:
            asyncio.run(run())


if __name__ == "__main__":
    main(sys.argv[1:])
