"""User pools: making, showing, changing and deleting them."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.auth import relying_party
from poolhouse.domain import feature_plans, multi_factor, pool_settings
from poolhouse.domain.pool_arns import pool_arn
from poolhouse.domain.pool_settings import PoolSettings
from poolhouse.domain.records import UserPool
from poolhouse.errors import InvalidParameterException
from poolhouse.imports import jobs
from poolhouse.store import domains, pages, pools, replicas
from poolhouse.store.database import Transaction
from poolhouse.store.keys import StoredKey


@operation
async def create_user_pool(call: Call, request: Request) -> Response:
    house, now_ms = call.house, call.now_ms
    made = pool_settings.for_create(request, region=call.region)
    pool_id = house.ids.pool_id(call.region)
    pool = pool_settings.record(pool_id, call.region, now_ms, now_ms, made.settings)
    keys = await house.keys.make_pair(pool_id, now_ms)
    await house.db.write(_insert, call, pool, keys)
    return {"UserPool": await _pool_type(call, pool)}


async def _insert(
    transaction: Transaction, call: Call, pool: UserPool, keys: list[StoredKey]
) -> None:
    await pools.insert(transaction, pool)
    await call.house.keys.insert(transaction, keys)


@operation
async def describe_user_pool(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"UserPool": await _pool_type(call, pool)}


@operation
async def update_user_pool(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    await jobs.check_no_import(house.db, pool.id)
    changed = pool_settings.for_update(
        PoolSettings.of(pool),
        request,
        other_mfa_factors=multi_factor.has_other_factors(pool.mfa),
    )
    feature_plans.check(changed.settings["UserPoolTier"], multi_factor.features_in_use(pool.mfa))
    await house.db.write(pools.update, pool, settings=changed.settings, modified_ms=call.now_ms)
    return {}


@operation
async def delete_user_pool(call: Call, request: Request) -> Response:
    pool_id = request["UserPoolId"]
    await call.house.db.write(_delete, pool_id)
    call.house.keys.forget(pool_id)
    return None


async def _delete(transaction: Transaction, pool_id: str) -> None:
    pool = await pools.get(transaction, pool_id)
    await jobs.check_no_import(transaction, pool_id)
    if pool.deletion_protected:
        raise InvalidParameterException(
            "The user pool cannot be deleted because deletion protection is activated. Deletion "
            "protection must be inactivated first."
        )
    if await domains.of_pool(transaction, pool_id):
        raise InvalidParameterException(
            "User pool cannot be deleted. It has a domain configured that should be deleted first."
        )
    await pools.delete(transaction, pool_id)


@operation
async def list_user_pools(call: Call, request: Request) -> Response:
    house = call.house
    after = pages.open_token(
        house.sealer,
        request.get("NextToken"),
        operation=call.operation,
        list_filter=call.region,
    )
    page = await pools.list_page(
        house.db,
        call.region,
        after=str(after[0]) if after else None,
        size=pages.page_size(request["MaxResults"]),
    )
    regions: dict[str, list[str]] = {}
    if page.items:
        regions = await replicas.regions_between(house.db, page.items[0].id, page.items[-1].id)
    return {
        "UserPools": [_pool_description(pool, regions.get(pool.id)) for pool in page.items],
        "NextToken": pages.seal_token(
            house.sealer, page.next_key, operation=call.operation, list_filter=call.region
        ),
    }


@operation
async def add_custom_attributes(call: Call, request: Request) -> Response:
    await call.house.db.write(_add_custom_attributes, request, call.now_ms)
    return {}


async def _add_custom_attributes(transaction: Transaction, request: Request, now_ms: int) -> None:
    # Read where it is written: the operation has no error for two callers at the same time.
    pool = await pools.get(transaction, request["UserPoolId"])
    await jobs.check_no_import(transaction, pool.id)
    grown = pool_settings.add_custom_attributes(PoolSettings.of(pool), request)
    await pools.update(transaction, pool, settings=grown.settings, modified_ms=now_ms)


@operation
async def set_user_pool_mfa_config(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    changed = multi_factor.for_set(pool, request)
    await house.db.write(
        pools.update,
        pool,
        settings=changed.settings,
        mfa=changed.mfa,
        modified_ms=call.now_ms,
    )
    return multi_factor.configuration(
        changed.settings, changed.mfa, relying_party=await _relying_party(call, pool.id)
    )


@operation
async def get_user_pool_mfa_config(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return multi_factor.configuration(
        pool.settings, pool.mfa, relying_party=await _relying_party(call, pool.id)
    )


async def _relying_party(call: Call, pool_id: str) -> str | None:
    return await relying_party.default_relying_party_id(call.house, pool_id)


async def _domain_names(call: Call, pool_id: str) -> dict[str, str | None]:
    names: dict[str, str | None] = {"Domain": None, "CustomDomain": None}
    for domain in await domains.of_pool(call.house.db, pool_id):
        names["Domain" if domain.custom is None else "CustomDomain"] = domain.name
    return names


async def _pool_type(call: Call, pool: UserPool) -> dict[str, Any]:
    """``UserPoolType``."""
    return {
        "Id": pool.id,
        "Arn": pool_arn(call.house.settings.account_id, pool),
        "CreationDate": seconds(pool.created_ms),
        "LastModifiedDate": seconds(pool.modified_ms),
        "EstimatedNumberOfUsers": await pools.count_users(call.house.db, pool.id),
        **await _domain_names(call, pool.id),
        **pool.settings,
    }


def _pool_description(pool: UserPool, replica_regions: list[str] | None) -> dict[str, Any]:
    return {
        "Id": pool.id,
        "Name": pool.name,
        "LambdaConfig": pool.settings["LambdaConfig"],
        "LastModifiedDate": seconds(pool.modified_ms),
        "CreationDate": seconds(pool.created_ms),
        "ReplicaRegions": replica_regions,
    }
