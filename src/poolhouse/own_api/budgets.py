"""``GET budget-profiles`` and ``POST …/budget-report``: limits of tokens, and who is over one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from poolhouse.budget.reporting import BudgetReport, report
from poolhouse.domain import size_budgets
from poolhouse.domain.authentication import Authentication
from poolhouse.domain.size_budgets import PROFILES, Budget
from poolhouse.errors import InvalidParameterException
from poolhouse.own_api import subjects
from poolhouse.own_api.requests import OwnRequest


async def profiles(request: OwnRequest) -> dict[str, Any]:
    """The named limits, and where each comes from."""
    request.only()
    return {"profiles": {name: profile._asdict() for name, profile in PROFILES.items()}}


async def make(request: OwnRequest) -> AsyncIterator[dict[str, Any]]:
    """JSON lines: ``{"progress": …}`` now and then, ``{"report": …}`` at the end.

    Body: ``client``, and as for a preview ``source``, ``scopes``, ``metadata``, ``function`` and
    ``version``; ``profiles`` are names, without which the pool's own budgets count, and all
    profiles where it has none.
    """
    house = request.house
    request.only("client", "source", "scopes", "metadata", "function", "version", "profiles")
    named = request.member("profiles", list)
    wanted = subjects.check(
        {**{k: v for k, v in request.document.items() if k != "profiles"}, "pool": request.pool_id}
    )
    subject = await subjects.authentication(house, wanted)
    if subject.user is None:
        raise InvalidParameterException("A budget report is about users, not about machines.")
    function = subjects.function(subject, wanted)
    if function is not None:
        subject = replace(subject, pool=replace(subject.pool, pre_token_generation=function))
    budgets = await _budgets(request, subject, named)
    await house.audit.administration(
        request.pool_id,
        {
            "kind": "budget-report",
            "by": request.access_key,
            "client": subject.client.id,
            "function": {"arn": function.function_arn} if function else None,
        },
    )

    async def lines() -> AsyncIterator[dict[str, Any]]:
        async for told in report(house, subject, budgets):
            if isinstance(told, BudgetReport):
                yield {"report": told.told()}
            else:
                yield {"progress": {"done": told}}

    return lines()


async def _budgets(
    request: OwnRequest, subject: Authentication, named: list[Any] | None
) -> list[Budget]:
    if named is not None:
        unknown = [name for name in named if name not in PROFILES]
        if unknown:
            raise InvalidParameterException(f"profiles must be of {', '.join(PROFILES)}.")
        return [_of_profile(name) for name in named]
    rules = await request.house.governance.of_pool(subject.pool.id)
    own = list(size_budgets.of_client(rules.budgets, subject.client.id))
    return own or [_of_profile(name) for name in PROFILES]


def _of_profile(name: str) -> Budget:
    profile = PROFILES[name]
    return Budget(name, profile.limit_bytes, profile.measure)
