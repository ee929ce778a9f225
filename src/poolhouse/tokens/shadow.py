"""Shadow runs: the next function is asked what it would have said, and nobody waits for it.

The tokens have been signed when a shadow begins, so it can neither delay nor fail a sign-in. What
it said differently becomes a record of the audit trail; names only, no values.
"""

from __future__ import annotations

import asyncio
from typing import Any

import structlog

from poolhouse.domain import claims, differences
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.governance import Shadow
from poolhouse.errors import ServiceError
from poolhouse.house import House
from poolhouse.tokens.customize import Answered, Customization, apply_answer
from poolhouse.triggers import invoke
from poolhouse.triggers.invoke import FunctionRun, function_label

log = structlog.get_logger("poolhouse.shadow")

MOST_AT_ONCE = 16
"""Further issuances are left out while so many shadows run: the live function has precedence."""

_MOST_NAMED = 100
_running: set[asyncio.Task[None]] = set()


def run_beside(
    house: House, authentication: Authentication, rules: Shadow, customized: Customization
) -> None:
    """Start the shadow function for this issuance, if it is its turn, and return."""
    if house.ids.source.getrandbits(53) / (1 << 53) >= rules.rate:
        return
    if len(_running) >= MOST_AT_ONCE:
        house.metrics.shadow(function_label(rules.function_arn), "", "left out")
        return
    task = asyncio.get_running_loop().create_task(_run(house, authentication, rules, customized))
    _running.add(task)
    task.add_done_callback(_running.discard)


async def settle(patience_seconds: float = 30.0) -> None:
    """Wait for the shadows that run now, and end those that take longer than that."""
    loop = asyncio.get_running_loop()
    own = [task for task in list(_running) if task.get_loop() is loop]
    if own:
        _, pending = await asyncio.wait(own, timeout=patience_seconds)
        for task in pending:
            task.cancel()


async def _run(
    house: House, authentication: Authentication, rules: Shadow, customized: Customization
) -> None:
    try:
        await _compare(house, authentication, rules, customized)
    except Exception:
        log.exception("a shadow could not be run", function=rules.function_arn)


async def _compare(
    house: House, authentication: Authentication, rules: Shadow, customized: Customization
) -> None:
    pool, user = authentication.pool, authentication.user
    trigger = pool.pre_token_generation
    if trigger is None or customized.event is None:
        return
    made = await invoke.attempt(
        house,
        pool,
        "PreTokenGeneration shadow",
        rules.function_arn,
        customized.event,
        sticky_to=None if user is None else user.sub,
    )
    record: dict[str, Any] = {
        "kind": "shadow",
        "source": authentication.source.removeprefix("TokenGeneration_"),
        "client": authentication.client.id,
        "sub": user.sub if user else None,
        "event_id": authentication.event_id,
        "jti": {"access": customized.after.access_claims.get("jti")},
        "function": _told(made.function),
        "issued_by": _told(customized.function) if customized.function else None,
    }
    try:
        answered = Answered(customized.event, invoke.answer_of(made), trigger.version)
        applied = apply_answer(
            customized.before,
            answered,
            client_id=authentication.client.id,
            quota=house.settings.token_quota,
            policy=(await house.governance.of_pool(pool.id)).naming_policy,
        )
    except ServiceError as error:
        record["error"] = {"type": error.code, "message": error.message[:_MOST_NAMED]}
        outcome = "failed"
    else:
        found = differences.between(claims.finish(customized.after), claims.finish(applied.draft))
        record["differences"] = [each._asdict() for each in found[:_MOST_NAMED]]
        outcome = "different" if found else "same"
    function = made.function
    house.metrics.shadow(function_label(function.arn), function.version, outcome)
    if outcome != "same":
        await house.audit.observation(pool.id, record)


def _told(function: FunctionRun) -> dict[str, Any]:
    return {
        "arn": function.arn,
        "version": function.version,
        "code_sha256": function.code_sha256,
        "run_ms": round(function.run_ms, 2),
        "waited_ms": round(function.waited_ms, 2),
    }
