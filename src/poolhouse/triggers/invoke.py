"""Calling a trigger function: patience, attempts, and what each way of failing means.

    returned                      -> the payload
    raised, died, own time-out    -> UserLambdaValidationException
    no answer in time             -> UnexpectedLambdaException, after the attempts
    never ran                     -> UnexpectedLambdaException

Source: Amazon Cognito developer guide, "Customizing user pool workflows with Lambda triggers".
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from poolhouse import tracing
from poolhouse.domain.pool_arns import pool_arn
from poolhouse.domain.records import UserPool
from poolhouse.errors import UnexpectedLambdaException, UserLambdaValidationException
from poolhouse.functions.directory import Execution
from poolhouse.functions.runtime import Failed, NotRun, Outcome, Returned
from poolhouse.house import House

_TIMED_OUT = "CallerTimeout"


@dataclass(frozen=True, slots=True)
class FunctionRun:
    """Which code ran for a trigger, and how long it took.

    ``version`` is the Lambda version, or empty when nothing ran or it ran elsewhere;
    ``code_sha256`` the digest of its package. ``run_ms`` is the handler's time, ``waited_ms``
    all the rest that the caller waited: for a worker, its start, and attempts that timed out.
    """

    arn: str
    version: str = ""
    code_sha256: str = ""
    run_ms: float = 0.0
    waited_ms: float = 0.0
    cold_start: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a trigger function, however it ended: see :func:`answer_of`."""

    trigger: str
    outcome: Outcome
    function: FunctionRun


async def call(
    house: House,
    pool: UserPool,
    trigger: str,
    function_arn: str,
    event: Mapping[str, Any],
    *,
    sticky_to: str | None = None,
) -> bytes:
    """Run the function and return its raw answer. No transaction may be open around this.

    ``trigger`` is the name that messages give it.
    """
    return answer_of(await attempt(house, pool, trigger, function_arn, event, sticky_to=sticky_to))


async def attempt(
    house: House,
    pool: UserPool,
    trigger: str,
    function_arn: str,
    event: Mapping[str, Any],
    *,
    sticky_to: str | None = None,
) -> Call:
    """Run the function, a few times if it does not answer; how that went is not judged yet.

    ``sticky_to`` names the person whom a weighted alias shall lead to the same version each time.
    """
    with tracing.span(f"trigger {trigger}"):
        execution, waited_ms = await _execute(
            house,
            function_arn,
            orjson.dumps(event),
            source_arn=pool_arn(house.settings.account_id, pool),
            sticky_to=sticky_to,
        )
        outcome = execution.outcome
        tracing.note(
            function=function_arn, version=execution.version, outcome=outcome_label(outcome)
        )
    run_ms = 0.0 if isinstance(outcome, NotRun) else outcome.duration_ms
    function = FunctionRun(
        arn=function_arn,
        version=execution.version,
        code_sha256=execution.code_sha256,
        run_ms=run_ms,
        waited_ms=max(0.0, waited_ms - run_ms),
        cold_start=not isinstance(outcome, NotRun) and outcome.cold_start,
    )
    house.metrics.trigger(
        (trigger, function_label(function_arn), function.version),
        outcome_label(outcome),
        waited_seconds=function.waited_ms / 1000,
        run_seconds=run_ms / 1000,
        cold_start=function.cold_start,
    )
    return Call(trigger, outcome, function)


async def _execute(
    house: House, function_arn: str, payload: bytes, *, source_arn: str, sticky_to: str | None
) -> tuple[Execution, float]:
    """The execution that counts, and the milliseconds of all attempts together."""
    execution = Execution(NotRun(_TIMED_OUT))
    total_ms = 0.0
    for _ in range(house.settings.trigger_attempts):
        execution = await house.functions.invoke(
            function_arn,
            payload,
            source_arn=source_arn,
            limit_seconds=house.settings.trigger_timeout_seconds,
            sticky_to=sticky_to,
        )
        total_ms += execution.total_ms
        if not (isinstance(execution.outcome, NotRun) and execution.outcome.code == _TIMED_OUT):
            break
    return execution, total_ms


def function_label(arn: str) -> str:
    """The function's name, and its qualifier if it has one: what a metric is labelled with."""
    _, found, name = arn.rpartition(":function:")
    return name if found else arn


def outcome_label(outcome: Outcome) -> str:
    """``returned``, ``failed``, or the code of what kept the function from running."""
    if isinstance(outcome, NotRun):
        return outcome.code
    return "returned" if isinstance(outcome, Returned) else "failed"


def answer_of(made: Call) -> bytes:
    """The raw answer of a call; raises what a call without one means to the client."""
    outcome = made.outcome
    if isinstance(outcome, Returned):
        return outcome.payload
    if isinstance(outcome, Failed):
        raise UserLambdaValidationException(
            f"{made.trigger} failed with error {_error_message(outcome.payload)}."
        )
    if outcome.code == _TIMED_OUT:
        reason = "Socket timeout while invoking Lambda function"
    else:
        reason = outcome.code
    raise UnexpectedLambdaException(
        f"{made.trigger} invocation failed due to error {reason}.", detail=outcome.detail or None
    )


def _error_message(payload: bytes) -> str:
    """What a function error says: its message, or its type where it has no message at all.

    An empty error says the word null.
    """
    try:
        error = json.loads(payload)
    except (ValueError, RecursionError):
        return "null"
    if not isinstance(error, dict):
        return "null"
    said = error.get("errorMessage", error.get("errorType"))
    if not said or not isinstance(said, str):
        return "null"
    # A lone surrogate is text to a function, but nothing that can be sent.
    return said.encode("utf-8", "replace").decode("utf-8")
