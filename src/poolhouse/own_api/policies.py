"""``POST …/naming-policy/check`` and ``…/survey``: a policy judged, and held to recorded calls."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from poolhouse.domain import naming_policy
from poolhouse.domain.naming_policy import NamingPolicy
from poolhouse.own_api.requests import OwnRequest
from poolhouse.policy.surveying import Progress, Survey, survey
from poolhouse.store import pools


async def check(request: OwnRequest) -> dict[str, Any]:
    """Whether a policy can be read; what cannot is a parameter error that names the place."""
    request.only("policy")
    policy = naming_policy.read(request.member("policy", dict) or {})
    return {
        "claims": len(policy.claims),
        "scopes": len(policy.scopes),
        "prefixes": len(policy.prefixes),
    }


async def make(request: OwnRequest) -> AsyncIterator[dict[str, Any]]:
    """JSON lines: ``{"progress": …}`` now and then, ``{"report": …}`` at the end.

    Body: ``policy`` (the pool's own without it), ``function`` (an ARN; the recorded answers
    without it), ``since`` and ``until``.
    """
    house = request.house
    request.only("policy", "function", "since", "until")
    pool = await pools.get(house.db, request.pool_id)
    wanted = Survey(
        policy=await _policy(request),
        since_ms=request.time_ms("since", 0),
        until_ms=request.time_ms("until", house.clock.now_ms()),
        function_arn=request.member("function", str),
    )
    await house.audit.administration(
        pool.id,
        {
            "kind": "policy-survey",
            "by": request.access_key,
            "function": {"arn": wanted.function_arn} if wanted.function_arn else None,
        },
    )

    async def lines() -> AsyncIterator[dict[str, Any]]:
        async for told in survey(house, pool, wanted):
            if isinstance(told, Progress):
                yield {"progress": {"done": told.done, "total": told.total}}
            else:
                yield {"report": told.told()}

    return lines()


async def _policy(request: OwnRequest) -> NamingPolicy:
    given = request.member("policy", dict)
    if given is not None:
        return naming_policy.read(given)
    rules = await request.house.governance.of_pool(request.pool_id)
    return rules.naming_policy or naming_policy.read({})
