"""``POST …/replay``: recorded calls minted again with other code."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from poolhouse.errors import InvalidParameterException
from poolhouse.own_api.requests import OwnRequest
from poolhouse.replay.replaying import Progress, Replay, replay
from poolhouse.store import pools


async def make(request: OwnRequest) -> AsyncIterator[dict[str, Any]]:
    """JSON lines: ``{"progress": …}`` now and then, ``{"report": …}`` at the end."""
    house = request.house
    request.only("function", "baseline", "client", "since", "until")
    function = request.member("function", str)
    if not function:
        raise InvalidParameterException("function is required.")
    pool = await pools.get(house.db, request.pool_id)
    wanted = Replay(
        function_arn=function,
        since_ms=request.time_ms("since", 0),
        until_ms=request.time_ms("until", house.clock.now_ms()),
        client_id=request.member("client", str),
        baseline_arn=request.member("baseline", str),
    )
    await house.audit.administration(
        pool.id,
        {
            "kind": "replay",
            "by": request.access_key,
            "function": {"arn": function},
            "since_ms": wanted.since_ms,
            "until_ms": wanted.until_ms,
        },
    )

    async def lines() -> AsyncIterator[dict[str, Any]]:
        async for told in replay(house, pool, wanted):
            if isinstance(told, Progress):
                yield {"progress": {"done": told.done, "total": told.total}}
            else:
                yield {"report": told.told()}

    return lines()
