"""Where a pool's logs go."""

from __future__ import annotations

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import log_configurations as rules
from poolhouse.store import log_configurations, pools


@operation
async def set_log_delivery_configuration(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    rules.check(pool, request["LogConfigurations"])
    await call.house.db.write(log_configurations.put, pool.id, request["LogConfigurations"])
    return await get_log_delivery_configuration(call, request)


@operation
async def get_log_delivery_configuration(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    found = await log_configurations.find(call.house.db, pool.id)
    return {"LogDeliveryConfiguration": {"UserPoolId": pool.id, "LogConfigurations": list(found)}}
