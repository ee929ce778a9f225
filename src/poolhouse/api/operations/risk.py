"""What a pool, or an app client, does about risk."""

from __future__ import annotations

import ipaddress

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import risk_configurations
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException
from poolhouse.store import clients, pools
from poolhouse.store import risk_configurations as stored
from poolhouse.store.risk_configurations import WHOLE_POOL
from poolhouse.threat_protection import events


@operation
async def set_risk_configuration(call: Call, request: Request) -> Response:
    pool, client_id = await _of(call, request)
    blocks = risk_configurations.blocks(request)
    for each in risk_configurations.ranges(blocks):
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError as error:
            raise InvalidParameterException("Incorrect CIDR format") from error
    await call.house.db.write(stored.put, pool.id, client_id or WHOLE_POOL, blocks, call.now_ms)
    return await _shown(call, pool, client_id)


@operation
async def describe_risk_configuration(call: Call, request: Request) -> Response:
    pool, client_id = await _of(call, request)
    return await _shown(call, pool, client_id)


async def _of(call: Call, request: Request) -> tuple[UserPool, str | None]:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client_id: str | None = request.get("ClientId")
    if client_id is not None:
        await clients.get(house.db, house.sealer, pool.id, client_id)
    events.check_on(pool)
    return pool, client_id


async def _shown(call: Call, pool: UserPool, client_id: str | None) -> Response:
    found = await stored.find(call.house.db, pool.id, client_id or WHOLE_POOL)
    return {
        "RiskConfiguration": {
            "UserPoolId": pool.id,
            "ClientId": client_id,
            **(found.blocks if found else {}),
            "LastModifiedDate": seconds(found.modified_ms) if found else None,
        }
    }
