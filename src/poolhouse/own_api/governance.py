"""``GET`` and ``PUT pools/{pool}/governance``: what the pool's owner asks to be watched."""

from __future__ import annotations

from typing import Any

from poolhouse.own_api.requests import OwnRequest
from poolhouse.store import pools


async def show(request: OwnRequest) -> dict[str, Any]:
    """The document as it was put; empty when there is none."""
    request.only()
    await pools.get(request.house.db, request.pool_id)
    return await request.house.governance.document(request.pool_id)


async def put(request: OwnRequest) -> dict[str, Any]:
    """Replace the document. Everything it says is checked first."""
    house = request.house
    await pools.get(house.db, request.pool_id)
    await house.governance.put(request.pool_id, request.document, house.clock.now_ms())
    await house.audit.administration(
        request.pool_id,
        {"kind": "governance", "by": request.access_key, "document": dict(request.document)},
    )
    return await house.governance.document(request.pool_id)
