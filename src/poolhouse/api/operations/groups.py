"""Groups of a user pool, and the users in them."""

from __future__ import annotations

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import group_type, user_type
from poolhouse.domain.records import Group, User
from poolhouse.errors import LimitExceededException
from poolhouse.store import groups, pages, pools, users
from poolhouse.store.database import Transaction
from poolhouse.store.pages import Key, Page

MAXIMUM_GROUPS_PER_POOL = 10_000
MAXIMUM_GROUPS_PER_USER = 100


@operation
async def create_group(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    group = _group(request, pool.id, created_ms=call.now_ms, modified_ms=call.now_ms)
    await call.house.db.write(_insert, group)
    return {"Group": group_type(group)}


async def _insert(transaction: Transaction, group: Group) -> None:
    if await groups.count(transaction, group.pool_id) >= MAXIMUM_GROUPS_PER_POOL:
        raise LimitExceededException(
            f"A user pool cannot have more than {MAXIMUM_GROUPS_PER_POOL} groups."
        )
    await pools.get(transaction, group.pool_id)
    await groups.insert(transaction, group)


@operation
async def get_group(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"Group": group_type(await groups.get(call.house.db, pool.id, request["GroupName"]))}


@operation
async def update_group(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    current = await groups.get(house.db, pool.id, request["GroupName"])
    # Ours: what an update leaves out is cleared, as everywhere else in this API.
    group = _group(request, pool.id, created_ms=current.created_ms, modified_ms=call.now_ms)
    await house.db.write(groups.update, group)
    return {"Group": group_type(group)}


@operation
async def delete_group(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    await call.house.db.write(groups.delete, pool.id, request["GroupName"])
    return None


@operation
async def list_groups(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    after = _after(call, request, pool.id)
    page = await groups.list_page(
        call.house.db,
        pool.id,
        after=str(after[0]) if after else "",
        size=pages.page_size(request.get("Limit")),
    )
    return {
        "Groups": [group_type(group) for group in page.items],
        "NextToken": _next_token(call, page, pool.id),
    }


@operation
async def list_users_in_group(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    group = await groups.get(house.db, pool.id, request["GroupName"])
    after = _after(call, request, pool.id, group.name)
    page = await groups.members_page(
        house.db,
        pool.id,
        group.name,
        after=str(after[0]) if after else "",
        size=pages.page_size(request.get("Limit")),
    )
    return {
        "Users": [user_type(user) for user in page.items],
        "NextToken": _next_token(call, page, pool.id, group.name),
    }


@operation
async def admin_add_user_to_group(call: Call, request: Request) -> Response:
    await call.house.db.write(_add_member, request)
    return None


async def _add_member(transaction: Transaction, request: Request) -> None:
    pool = await pools.get(transaction, request["UserPoolId"])
    user = await users.get(transaction, pool, request["Username"])
    group = await groups.get(transaction, pool.id, request["GroupName"])
    if await groups.is_member(transaction, pool.id, group.name, user.sub):
        return
    if await groups.count_of_user(transaction, pool.id, user.sub) >= MAXIMUM_GROUPS_PER_USER:
        raise LimitExceededException(
            f"A user cannot be in more than {MAXIMUM_GROUPS_PER_USER} groups."
        )
    await groups.add_member(transaction, pool.id, group.name, user.sub)


@operation
async def admin_remove_user_from_group(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    user = await users.get(house.db, pool, request["Username"])
    group = await groups.get(house.db, pool.id, request["GroupName"])
    await house.db.write(groups.remove_member, pool.id, group.name, user.sub)
    return None


@operation
async def admin_list_groups_for_user(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    user = await users.get(house.db, pool, request["Username"])
    after = _after(call, request, pool.id, user.sub)
    # A user has few groups: a page is cut from all of them, which keeps their order simple.
    behind = [
        group
        for group in await groups.of_user(house.db, pool.id, user.sub)
        if after is None or _strength(group) > after
    ]
    page = pages.cut(behind, pages.page_size(request.get("Limit")), _strength)
    return {
        "Groups": [group_type(group) for group in page.items],
        "NextToken": _next_token(call, page, pool.id, user.sub),
    }


def _strength(group: Group) -> Key:
    """What the groups of a user are sorted by: precedence, none behind all others, then name."""
    return (group.precedence is None, group.precedence or 0, group.name)


def _group(request: Request, pool_id: str, *, created_ms: int, modified_ms: int) -> Group:
    return Group(
        pool_id=pool_id,
        name=request["GroupName"],
        description=request.get("Description"),
        role_arn=request.get("RoleArn"),
        precedence=request.get("Precedence"),
        created_ms=created_ms,
        modified_ms=modified_ms,
    )


def _after(call: Call, request: Request, pool_id: str, list_filter: str = "") -> Key | None:
    return pages.open_token(
        call.house.sealer,
        request.get("NextToken"),
        operation=call.operation,
        pool_id=pool_id,
        list_filter=list_filter,
    )


def _next_token(
    call: Call, page: Page[Group] | Page[User], pool_id: str, list_filter: str = ""
) -> str | None:
    return pages.seal_token(
        call.house.sealer,
        page.next_key,
        operation=call.operation,
        pool_id=pool_id,
        list_filter=list_filter,
    )
