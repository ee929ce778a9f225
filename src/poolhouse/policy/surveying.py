"""One pass over the recorded calls of a pool: every claim and scope that a function set, judged."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from poolhouse.domain import claims, policy_judgement, trigger_answers
from poolhouse.domain.naming_policy import NamingPolicy
from poolhouse.domain.records import UserPool
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.policy.catalogue import Catalogue, Seen
from poolhouse.recording.calls import RecordedCall
from poolhouse.store import recordings as store
from poolhouse.store.recordings import StoredRecording
from poolhouse.tokens import sizes
from poolhouse.tokens.customize import Answered, apply_answer
from poolhouse.triggers import invoke
from poolhouse.triggers.batches import mapped

TRIGGER: Final = "PreTokenGeneration survey"
_TELL_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Survey:
    """What to look at: recordings of a time, as they were answered or by another function."""

    policy: NamingPolicy
    since_ms: int
    until_ms: int
    function_arn: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    done: int
    total: int


async def survey(
    house: House, pool: UserPool, wanted: Survey
) -> AsyncIterator[Progress | Catalogue]:
    """Progress now and then, and the catalogue at the end."""
    await house.recorder.flush()
    total, _, _ = await store.count(house.db, pool.id, wanted.since_ms, wanted.until_ms)
    catalogue = Catalogue(wanted.policy)
    yield Progress(0, total)
    told = time.monotonic()
    done = 0

    async def look(item: tuple[StoredRecording, RecordedCall]) -> Seen:
        return await _look(house, pool, wanted, *item)

    calls = house.recorder.calls(pool.id, wanted.since_ms, wanted.until_ms)
    async for seen in mapped(calls, look, at_once=2 * house.settings.function_concurrency):
        done += 1
        catalogue.add(seen)
        if time.monotonic() - told >= _TELL_SECONDS:
            yield Progress(done, total)
            told = time.monotonic()
    yield Progress(done, total)
    yield catalogue


async def _look(
    house: House, pool: UserPool, wanted: Survey, row: StoredRecording, call: RecordedCall
) -> Seen:
    answer = call.answer
    try:
        if wanted.function_arn is not None:
            made = await invoke.attempt(
                house, pool, TRIGGER, wanted.function_arn, call.event, sticky_to=call.sub
            )
            answer = invoke.answer_of(made)
        if answer is None:
            return Seen(
                row.recording_id, row.recorded_ms, None, (), error=call.error or "no answer"
            )
        answered = Answered(call.event, answer, call.version)
        wishes = trigger_answers.read(trigger_answers.parse(answer), call.event, call.version)
        applied = apply_answer(
            call.draft, answered, client_id=call.client_id, quota=house.settings.token_quota
        )
    except ServiceError as error:
        return Seen(row.recording_id, row.recorded_ms, None, (), error=error.code)
    finished = claims.finish(applied.draft)
    return Seen(
        row.recording_id,
        row.recorded_ms,
        wishes,
        policy_judgement.judge(wanted.policy, wishes),
        sizes.of_claims(finished.access_claims),
        None if finished.id_claims is None else sizes.of_claims(finished.id_claims),
    )
