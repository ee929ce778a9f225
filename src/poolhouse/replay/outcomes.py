"""One recorded call, minted as it was and with other code."""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.domain import claims, differences, token_sizes
from poolhouse.domain.claims import FinishedClaims
from poolhouse.domain.customization import Change
from poolhouse.domain.differences import Difference
from poolhouse.domain.records import UserPool
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.recording.calls import RecordedCall
from poolhouse.store.json_text import encode
from poolhouse.store.recordings import StoredRecording
from poolhouse.tokens import judging
from poolhouse.tokens.customize import Answered, apply_answer
from poolhouse.triggers import invoke

TRIGGER = "PreTokenGeneration replay"


@dataclass(frozen=True, slots=True)
class Minted:
    """What one function made of a call: the claims, or the error that it ends in.

    ``run_ms`` is the handler's time. Sizes are bytes of the whole tokens.
    """

    finished: FinishedClaims | None
    changes: tuple[Change, ...]
    error: str | None
    message: str
    run_ms: float
    access_bytes: int
    id_bytes: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """A call with both. ``differences`` only where both functions made tokens."""

    recording_id: str
    recorded_ms: int
    sub: str | None
    client_id: str
    source: str
    before: Minted
    after: Minted
    differences: tuple[Difference, ...]


async def compare(
    house: House,
    pool: UserPool,
    row: StoredRecording,
    call: RecordedCall,
    *,
    function_arn: str,
    baseline_arn: str | None,
) -> Outcome:
    """Mint ``call`` with ``function_arn``, and as it was recorded or with ``baseline_arn``."""
    if baseline_arn is None:
        before = await _as_recorded(house, pool, call)
    else:
        before = await _with(house, pool, call, baseline_arn)
    after = await _with(house, pool, call, function_arn)
    found: tuple[Difference, ...] = ()
    if before.finished is not None and after.finished is not None:
        found = differences.between(before.finished, after.finished)
    return Outcome(
        recording_id=row.recording_id,
        recorded_ms=row.recorded_ms,
        sub=call.sub,
        client_id=call.client_id,
        source=call.source,
        before=before,
        after=after,
        differences=found,
    )


async def _as_recorded(house: House, pool: UserPool, call: RecordedCall) -> Minted:
    if call.answer is None:
        return _failed(call.error or "", "", call.run_ms)
    return await _mint(house, pool, call, call.answer, call.run_ms)


async def _with(house: House, pool: UserPool, call: RecordedCall, arn: str) -> Minted:
    sticky_to = call.sub
    made = await invoke.attempt(house, pool, TRIGGER, arn, call.event, sticky_to=sticky_to)
    try:
        answer = invoke.answer_of(made)
    except ServiceError as error:
        return _failed(error.code, error.message, made.function.run_ms)
    return await _mint(house, pool, call, answer, made.function.run_ms)


async def _mint(
    house: House, pool: UserPool, call: RecordedCall, answer: bytes, run_ms: float
) -> Minted:
    answered = Answered(call.event, answer, call.version)
    policy = (await house.governance.of_pool(pool.id)).naming_policy
    try:
        applied = apply_answer(
            call.draft,
            answered,
            client_id=call.client_id,
            quota=house.settings.token_quota,
            policy=policy,
        )
        if policy is not None:
            judging.refuse_violations(policy, applied.violations)
    except ServiceError as error:
        return _failed(error.code, error.detail or error.message, run_ms)
    finished = claims.finish(applied.draft)
    id_bytes = 0
    if finished.id_claims is not None:
        id_bytes = token_sizes.token_size(len(encode(finished.id_claims)))
    access_bytes = token_sizes.token_size(len(encode(finished.access_claims)))
    return Minted(finished, applied.report, None, "", run_ms, access_bytes, id_bytes)


def _failed(error: str, message: str, run_ms: float) -> Minted:
    return Minted(None, (), error, message, run_ms, 0, 0)
