"""Groups and who is in them."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, select

from poolhouse.domain.records import Group, User
from poolhouse.errors import GroupExistsException, ResourceNotFoundException
from poolhouse.store.database import Reader, Row, Transaction
from poolhouse.store.pages import Page, cut
from poolhouse.store.schema import group_members, groups, users
from poolhouse.store.statements import (
    Statement,
    delete_by,
    insert_if_absent,
    select_by,
    update_by,
)
from poolhouse.store.user_rows import COLUMNS, to_user

_GET = select_by(groups, "pool_id", "name")
_INSERT = insert_if_absent(groups)
_UPDATE = update_by(
    groups, ("pool_id", "name"), ("description", "role_arn", "precedence", "modified_ms")
)
_DELETE = delete_by(groups, "pool_id", "name")
_COUNT = Statement(
    select(func.count()).select_from(groups).where(groups.c.pool_id == bindparam("pool_id"))
)
_PAGE = Statement(
    select(groups)
    .where(groups.c.pool_id == bindparam("pool_id"), groups.c.name > bindparam("after"))
    .order_by(groups.c.name)
    .limit(bindparam("size"))
)
_OF_USER = Statement(
    select(groups)
    .where(
        groups.c.pool_id == bindparam("pool_id"),
        # Not a join: one could begin with every group of the pool.
        groups.c.name.in_(
            select(group_members.c.group_name).where(
                group_members.c.pool_id == bindparam("pool_id"),
                group_members.c.sub == bindparam("sub"),
            )
        ),
    )
    .order_by(groups.c.precedence.is_(None), groups.c.precedence, groups.c.name)
)
_MEMBERSHIP = select_by(group_members, "pool_id", "group_name", "sub")
_ADD_MEMBER = insert_if_absent(group_members)
_REMOVE_MEMBER = delete_by(group_members, "pool_id", "group_name", "sub")
_REMOVE_MEMBERS = delete_by(group_members, "pool_id", "group_name")
_REMOVE_FROM_ALL = delete_by(group_members, "pool_id", "sub")
_MEMBERSHIPS = Statement(
    select(func.count())
    .select_from(group_members)
    .where(group_members.c.pool_id == bindparam("pool_id"), group_members.c.sub == bindparam("sub"))
)
# The page is cut before its users are read: where a group is most of a pool, PostgreSQL would as
# soon walk the pool's users, from the first one on.
_members = (
    select(group_members.c.pool_id, group_members.c.sub)
    .where(
        group_members.c.pool_id == bindparam("pool_id"),
        group_members.c.group_name == bindparam("group_name"),
        group_members.c.sub > bindparam("after"),
    )
    .order_by(group_members.c.sub)
    .limit(bindparam("size"))
    .subquery()
)
_MEMBERS_PAGE = Statement(
    select(*COLUMNS)
    .select_from(_members)
    .join(users, and_(users.c.pool_id == _members.c.pool_id, users.c.sub == _members.c.sub))
    .order_by(_members.c.sub),
    scattered=True,
)


def _group(row: Row) -> Group:
    return Group(*row)


async def find(reader: Reader, pool_id: str, name: str) -> Group | None:
    row = await reader.one(_GET, pool_id=pool_id, name=name)
    return None if row is None else _group(row)


async def get(reader: Reader, pool_id: str, name: str) -> Group:
    """Raises :class:`ResourceNotFoundException`; its wording is ours."""
    group = await find(reader, pool_id, name)
    if group is None:
        raise ResourceNotFoundException("Group not found.")
    return group


async def count(reader: Reader, pool_id: str) -> int:
    row = await reader.one(_COUNT, pool_id=pool_id)
    return int(row[0]) if row else 0


async def insert(transaction: Transaction, group: Group) -> None:
    """Raises :class:`GroupExistsException`."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=group.pool_id,
        name=group.name,
        description=group.description,
        role_arn=group.role_arn,
        precedence=group.precedence,
        created_ms=group.created_ms,
        modified_ms=group.modified_ms,
    )
    if not inserted:
        raise GroupExistsException("A group with the name already exists")


async def update(transaction: Transaction, group: Group) -> None:
    """Write everything but the name. Raises :class:`ResourceNotFoundException`."""
    touched = await transaction.run(
        _UPDATE,
        key_pool_id=group.pool_id,
        key_name=group.name,
        description=group.description,
        role_arn=group.role_arn,
        precedence=group.precedence,
        modified_ms=group.modified_ms,
    )
    if not touched:
        raise ResourceNotFoundException("Group not found.")


async def delete(transaction: Transaction, pool_id: str, name: str) -> None:
    """Remove a group and its memberships. Raises :class:`ResourceNotFoundException`."""
    if not await transaction.run(_DELETE, pool_id=pool_id, name=name):
        raise ResourceNotFoundException("Group not found.")
    await transaction.run(_REMOVE_MEMBERS, pool_id=pool_id, group_name=name)


async def list_page(reader: Reader, pool_id: str, *, after: str = "", size: int) -> Page[Group]:
    """Groups by name, from the one behind ``after``."""
    rows = await reader.all(_PAGE, pool_id=pool_id, after=after, size=size + 1)
    return cut([_group(row) for row in rows], size, lambda group: (group.name,))


async def of_user(reader: Reader, pool_id: str, sub: str) -> tuple[Group, ...]:
    """A user's groups, strongest precedence first (none is weakest), then by name."""
    rows = await reader.all(_OF_USER, pool_id=pool_id, sub=sub)
    return tuple(_group(row) for row in rows)


async def is_member(reader: Reader, pool_id: str, name: str, sub: str) -> bool:
    row = await reader.one(_MEMBERSHIP, pool_id=pool_id, group_name=name, sub=sub)
    return row is not None


async def count_of_user(reader: Reader, pool_id: str, sub: str) -> int:
    row = await reader.one(_MEMBERSHIPS, pool_id=pool_id, sub=sub)
    return int(row[0]) if row else 0


async def add_member(transaction: Transaction, pool_id: str, name: str, sub: str) -> None:
    """Put a user in a group; nothing happens if they are in it."""
    if not await is_member(transaction, pool_id, name, sub):
        await transaction.run(_ADD_MEMBER, pool_id=pool_id, group_name=name, sub=sub)


async def remove_member(transaction: Transaction, pool_id: str, name: str, sub: str) -> None:
    """Take a user out of a group; nothing happens if they are not in it."""
    await transaction.run(_REMOVE_MEMBER, pool_id=pool_id, group_name=name, sub=sub)


async def remove_from_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    """The memberships of a user who is being deleted."""
    await transaction.run(_REMOVE_FROM_ALL, pool_id=pool_id, sub=sub)


async def members_page(
    reader: Reader, pool_id: str, name: str, *, after: str = "", size: int
) -> Page[User]:
    """A group's members by sub, from the one behind ``after``."""
    rows = await reader.all(
        _MEMBERS_PAGE, pool_id=pool_id, group_name=name, after=after, size=size + 1
    )
    return cut([to_user(row) for row in rows], size, lambda user: (user.sub,))
