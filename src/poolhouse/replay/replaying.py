"""A whole replay: from the recordings of a time to a report, with the way there told."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.recording.calls import RecordedCall
from poolhouse.replay.outcomes import Outcome, compare
from poolhouse.replay.reports import Report
from poolhouse.store import recordings as store
from poolhouse.store.recordings import StoredRecording
from poolhouse.triggers.batches import mapped

_TELL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Replay:
    """What to replay: the recordings of a time, of one app client or of all, and with what.

    ``baseline_arn`` is run as well and stands in for what was recorded: needed where redaction
    changed what the recorded answer was made of.
    """

    function_arn: str
    since_ms: int
    until_ms: int
    client_id: str | None = None
    baseline_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int


async def replay(house: House, pool: UserPool, wanted: Replay) -> AsyncIterator[Progress | Report]:
    """Progress now and then, and the report at the end."""
    await house.recorder.flush()
    total, _, _ = await store.count(house.db, pool.id, wanted.since_ms, wanted.until_ms)
    report = Report()
    yield Progress(0, total)
    told = time.monotonic()
    done = 0

    async def mint(item: tuple[StoredRecording, RecordedCall]) -> Outcome | None:
        row, call = item
        if wanted.client_id is not None and call.client_id != wanted.client_id:
            return None
        return await compare(
            house,
            pool,
            row,
            call,
            function_arn=wanted.function_arn,
            baseline_arn=wanted.baseline_arn,
        )

    calls = house.recorder.calls(pool.id, wanted.since_ms, wanted.until_ms)
    async for outcome in mapped(calls, mint, at_once=2 * house.settings.function_concurrency):
        done += 1
        if outcome is not None:
            report.add(outcome)
        if time.monotonic() - told >= _TELL_SECONDS:
            yield Progress(done, total)
            told = time.monotonic()
    yield Progress(done, total)
    yield report
