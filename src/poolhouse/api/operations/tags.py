"""Tags of user pools, by the pool's ARN."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import tags
from poolhouse.store import pools, replicas
from poolhouse.store.database import Transaction

Change = Callable[[Mapping[str, str]], dict[str, str]]


@operation
async def tag_resource(call: Call, request: Request) -> Response:
    await call.house.db.write(_change, request, partial(tags.merged, added=request["Tags"]))
    return {}


@operation
async def untag_resource(call: Call, request: Request) -> Response:
    await call.house.db.write(_change, request, partial(tags.removed, keys=request["TagKeys"]))
    return {}


@operation
async def list_tags_for_resource(call: Call, request: Request) -> Response:
    pool_id, region = tags.place_of(request["ResourceArn"])
    pool = await pools.get(call.house.db, pool_id)
    if region != pool.region:
        replica = await replicas.get(call.house.db, pool.id, region)
        return {"Tags": dict(replica.tags)}
    return {"Tags": pool.settings["UserPoolTags"]}


async def _change(transaction: Transaction, request: Request, change: Change) -> None:
    # Read where it is written: the operations have no error for two callers at the same time.
    pool_id, region = tags.place_of(request["ResourceArn"])
    pool = await pools.get(transaction, pool_id)
    if region != pool.region:  # a replica's tags are its own
        replica = await replicas.get(transaction, pool.id, region)
        await replicas.update(transaction, replace(replica, tags=change(replica.tags)))
        return
    settings = {**pool.settings, "UserPoolTags": change(pool.settings["UserPoolTags"])}
    await pools.update(transaction, pool, settings=settings, modified_ms=pool.modified_ms)
