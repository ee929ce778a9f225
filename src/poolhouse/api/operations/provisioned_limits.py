"""The rates of API categories: what is in force, and asking for more."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import quotas
from poolhouse.store import provisioned_limits


@operation
async def get_provisioned_limit(call: Call, request: Request) -> Response:
    category = quotas.category_of(request["LimitDefinition"])
    return {"Limit": await _limit_type(call, category)}


@operation
async def update_provisioned_limit(call: Call, request: Request) -> Response:
    category = quotas.category_of(request["LimitDefinition"])
    rate = request["RequestedLimitValue"]
    quotas.check_requested(category, rate, call.house.throttle.free_rate(category))
    await call.house.db.write(provisioned_limits.put, call.region, category, rate)
    return {"Limit": await _limit_type(call, category)}


async def _limit_type(call: Call, category: str) -> dict[str, Any]:
    """``LimitType``; rates are requests per second."""
    throttle = call.house.throttle
    return {
        "LimitDefinition": {"LimitClass": "API_CATEGORY", "Attributes": {"Category": category}},
        "ProvisionedLimitValue": await throttle.rate(call.region, category),
        "FreeLimitValue": throttle.free_rate(category),
    }
