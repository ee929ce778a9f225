"""``…/recordings``: how many calls were kept for replays, and forgetting them."""

from __future__ import annotations

from typing import Any

from poolhouse.own_api.requests import OwnRequest
from poolhouse.store import recordings as store

_FOREVER_MS = 1 << 60


async def show(request: OwnRequest) -> dict[str, Any]:
    """Number and times of the recorded calls. What is in them only a replay reads."""
    request.only("since", "until")
    await request.house.recorder.flush()
    count, first_ms, last_ms = await store.count(
        request.house.db,
        request.pool_id,
        request.time_ms("since", 0),
        request.time_ms("until", _FOREVER_MS),
    )
    return {"recordings": count, "first_ms": first_ms, "last_ms": last_ms}


async def delete(request: OwnRequest) -> dict[str, Any]:
    """Forget everything that the pool recorded."""
    request.only()
    house = request.house
    await house.recorder.flush()
    deleted = await house.db.write(store.delete_all, request.pool_id)
    await house.audit.administration(
        request.pool_id,
        {"kind": "recordings-deleted", "by": request.access_key, "count": deleted},
    )
    return {"deleted": deleted}
