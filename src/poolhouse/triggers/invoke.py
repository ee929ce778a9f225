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
from typing import Any

import orjson

from poolhouse.domain.pool_arns import pool_arn
from poolhouse.domain.records import UserPool
from poolhouse.errors import UnexpectedLambdaException, UserLambdaValidationException
from poolhouse.functions.runtime import Failed, NotRun, Outcome, Returned
from poolhouse.house import House

_TIMED_OUT = "CallerTimeout"


async def call(
    house: House, pool: UserPool, trigger: str, function_arn: str, event: Mapping[str, Any]
) -> bytes:
    """Run the function and return its raw answer. No transaction may be open around this.

    ``trigger`` is the name that messages give it.
    """
    payload = orjson.dumps(event)
    source_arn = pool_arn(house.settings.account_id, pool)
    outcome: Outcome = NotRun(_TIMED_OUT)
    for _ in range(house.settings.trigger_attempts):
        outcome = await house.functions.invoke(
            function_arn,
            payload,
            source_arn=source_arn,
            limit_seconds=house.settings.trigger_timeout_seconds,
        )
        if not (isinstance(outcome, NotRun) and outcome.code == _TIMED_OUT):
            break
    if isinstance(outcome, Returned):
        return outcome.payload
    if isinstance(outcome, Failed):
        raise UserLambdaValidationException(
            f"{trigger} failed with error {_error_message(outcome.payload)}."
        )
    if outcome.code == _TIMED_OUT:
        reason = "Socket timeout while invoking Lambda function"
    else:
        reason = outcome.code
    raise UnexpectedLambdaException(
        f"{trigger} invocation failed due to error {reason}.", detail=outcome.detail or None
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
