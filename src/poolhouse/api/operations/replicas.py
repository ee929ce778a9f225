"""Replicas of user pools in other regions: records that change state."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.domain import replicas as rules
from poolhouse.domain import tags
from poolhouse.domain.pool_arns import pool_arn
from poolhouse.domain.records import UserPool
from poolhouse.domain.replicas import Replica
from poolhouse.errors import InvalidParameterException
from poolhouse.store import pages, pools, replicas
from poolhouse.store.database import Transaction


@operation
async def create_user_pool_replica(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    rules.check_new(pool, request["RegionName"])
    replica = Replica(
        pool_id=pool.id,
        region=request["RegionName"],
        status=rules.INACTIVE,
        created_ms=call.now_ms,
        tags=tags.checked(request.get("UserPoolTags") or {}),
    )
    await call.house.db.write(replicas.insert, replica)
    # Made at once, and told as the service tells of what takes it a while.
    return {"UserPoolReplica": _replica_type(call, pool, replace(replica, status=rules.CREATING))}


@operation
async def list_user_pool_replicas(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    place = {"operation": call.operation, "pool_id": pool.id}
    after = pages.open_token(house.sealer, request.get("NextToken"), **place)
    page = await replicas.list_page(
        house.db, pool.id, after=str(after[0]) if after else "", size=pages.LARGEST_PAGE
    )
    shown = [_replica_type(call, pool, replica) for replica in page.items]
    if after is None:
        shown.insert(0, _primary(call, pool))
    return {
        "UserPoolReplicas": shown,
        "NextToken": pages.seal_token(house.sealer, page.next_key, **place),
    }


@operation
async def update_user_pool_replica(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    _refuse_primary(pool, request)
    replica = await call.house.db.write(_update, pool.id, request)
    return {"UserPoolReplica": _replica_type(call, pool, replica)}


async def _update(transaction: Transaction, pool_id: str, request: Request) -> Replica:
    replica = await replicas.get(transaction, pool_id, request["RegionName"])
    changed = replace(replica, status=request["Status"])
    await replicas.update(transaction, changed)
    return changed


@operation
async def delete_user_pool_replica(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    _refuse_primary(pool, request)
    replica = await call.house.db.write(_delete, pool.id, request)
    return {"UserPoolReplica": _replica_type(call, pool, replica)}


async def _delete(transaction: Transaction, pool_id: str, request: Request) -> Replica:
    replica = await replicas.get(transaction, pool_id, request["RegionName"])
    rules.check_deletable(replica)
    await replicas.delete(transaction, pool_id, replica.region)
    return replace(replica, status=rules.DELETING)


def _refuse_primary(pool: UserPool, request: Request) -> None:
    if request["RegionName"] == pool.region:
        raise InvalidParameterException("The primary replica cannot be changed.")


def _primary(call: Call, pool: UserPool) -> dict[str, Any]:
    return {
        "RegionName": pool.region,
        "Status": rules.ACTIVE,
        "Role": "PRIMARY",
        "UserPoolArn": pool_arn(call.house.settings.account_id, pool),
    }


def _replica_type(call: Call, pool: UserPool, replica: Replica) -> dict[str, Any]:
    """``UserPoolReplicaType``; the pool's id is the same in every region."""
    return {
        "RegionName": replica.region,
        "Status": replica.status,
        "Role": "SECONDARY",
        "UserPoolArn": pool_arn(
            call.house.settings.account_id, replace(pool, region=replica.region)
        ),
    }
