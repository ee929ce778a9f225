"""A token bucket, whatever the times of requests: never more than the rate and one burst."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from poolhouse.clock import FixedClock
from poolhouse.errors import TooManyRequestsException
from poolhouse.settings import Settings
from poolhouse.store.database import Row
from poolhouse.store.statements import Statement
from poolhouse.throttling import Throttle


@dataclass
class NothingProvisioned:
    """A database in which every category has its default rate."""

    asked: list[str] = field(default_factory=list)

    async def one(self, statement: Statement, **parameters: object) -> Row | None:
        self.asked.append(str(parameters["category"]))
        return None

    def state(self) -> object | None:
        return None

    async def all(self, statement: Statement, **parameters: object) -> list[Row]:
        return []


def _admitted(throttle: Throttle, clock: FixedClock, pauses_ms: list[int]) -> list[int]:
    """The times of the requests that were let in."""
    times: list[int] = []
    for pause_ms in pauses_ms:
        clock.advance(seconds=pause_ms / 1000)
        try:
            asyncio.run(throttle.admit("ListUsers", "us-east-1"))
        except TooManyRequestsException:
            continue
        times.append(clock.now_ms())
    return times


@given(
    rate=st.integers(1, 20),
    processes=st.integers(1, 4),
    pauses_ms=st.lists(st.integers(0, 700), max_size=60),
)
def test_no_second_admits_more_than_the_rate_and_a_burst(
    rate: int, processes: int, pauses_ms: list[int]
) -> None:
    settings = Settings(throttle=True, throttle_rates=f"UserList={rate}", workers=processes)
    clock = FixedClock()
    times = _admitted(Throttle(settings, clock, NothingProvisioned()), clock, pauses_ms)
    share = max(1.0, rate / processes)
    for index, begin in enumerate(times):
        for count, end in enumerate(times[index:], 1):
            assert count <= share * (1 + (end - begin) / 1000) + 1e-6


@given(pauses_ms=st.lists(st.integers(1000, 3000), max_size=20))
def test_whoever_waits_a_second_is_let_in(pauses_ms: list[int]) -> None:
    clock = FixedClock()
    settings = Settings(throttle=True, throttle_rates="UserList=1")
    throttle = Throttle(settings, clock, NothingProvisioned())
    assert len(_admitted(throttle, clock, pauses_ms)) == len(pauses_ms)


def test_nothing_is_asked_when_it_is_off() -> None:
    reader = NothingProvisioned()
    throttle = Throttle(Settings(), FixedClock(), reader)
    asyncio.run(throttle.admit("ListUsers", "us-east-1"))
    assert reader.asked == []
