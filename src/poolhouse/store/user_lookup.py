"""From a name to a user: the username, an active alias, a sign-in attribute, or the sub."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import Select, bindparam, literal_column, select, union_all

from poolhouse.domain import usernames
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import UserNotFoundException
from poolhouse.store.database import Reader
from poolhouse.store.schema import user_aliases as aliases_table
from poolhouse.store.schema import users
from poolhouse.store.statements import Statement
from poolhouse.store.user_rows import COLUMNS, to_user

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_BY_USERNAME = Statement(
    select(*COLUMNS).where(
        users.c.pool_id == bindparam("pool_id"), users.c.username_key == bindparam("username_key")
    )
)
_BY_SUB = Statement(
    select(*COLUMNS).where(users.c.pool_id == bindparam("pool_id"), users.c.sub == bindparam("sub"))
)


def _by_alias_of(attribute: str, rank: int) -> Select[Any]:
    return (
        select(*COLUMNS, literal_column(str(rank)).label("rank"))
        .select_from(aliases_table)
        .join(
            users,
            (users.c.pool_id == aliases_table.c.pool_id) & (users.c.sub == aliases_table.c.sub),
        )
        .where(
            aliases_table.c.pool_id == bindparam("pool_id"),
            aliases_table.c.attribute == bindparam(attribute),
            aliases_table.c.value_key == bindparam("value_key"),
        )
    )


# Asked for as ``first``, else as ``second``: an email address may be somebody's preferred username.
# Two rows, each by its whole key: for an attribute of two, PostgreSQL reads all aliases of a pool.
_BY_ALIAS = Statement(
    union_all(_by_alias_of("first", 1), _by_alias_of("second", 2)).order_by("rank").limit(1)
)


async def find(reader: Reader, pool: UserPool, name: str) -> User | None:
    """The user of that username, active alias, sign-in attribute or sub, in at most three selects.

    A username is found with the first, and so is an address where addresses are names: there no
    username looks like one, unless it was made of somebody's name at an identity provider.
    """
    if usernames.kind(name) in (*pool.username_attributes, *pool.alias_attributes):
        return await by_alias(reader, pool, name) or await by_username(reader, pool, name)
    return (
        await by_username(reader, pool, name)
        or await by_alias(reader, pool, name)
        or await by_written_sub(reader, pool, name)
    )


async def get(reader: Reader, pool: UserPool, name: str) -> User:
    """As ``find``. Raises :class:`UserNotFoundException`."""
    return _existing(await find(reader, pool, name))


async def find_by_sub(reader: Reader, pool_id: str, sub: str) -> User | None:
    row = await reader.one(_BY_SUB, pool_id=pool_id, sub=sub)
    return None if row is None else to_user(row)


async def get_by_sub(reader: Reader, pool_id: str, sub: str) -> User:
    """Raises :class:`UserNotFoundException`."""
    return _existing(await find_by_sub(reader, pool_id, sub))


async def by_username(reader: Reader, pool: UserPool, name: str) -> User | None:
    row = await reader.one(_BY_USERNAME, pool_id=pool.id, username_key=usernames.key(pool, name))
    return None if row is None else to_user(row)


async def by_alias(reader: Reader, pool: UserPool, name: str) -> User | None:
    """Aliases and sign-in attributes."""
    lookups = usernames.alias_lookups(pool, name)
    if not lookups:
        return None
    row = await reader.one(
        _BY_ALIAS,
        pool_id=pool.id,
        first=lookups[0][0],
        second=lookups[-1][0],
        value_key=lookups[0][1],
    )
    return None if row is None else to_user(row[:-1])


async def by_written_sub(reader: Reader, pool: UserPool, name: str) -> User | None:
    """No select for what does not look like a sub."""
    return await find_by_sub(reader, pool.id, name) if _UUID.fullmatch(name) else None


def _existing(user: User | None) -> User:
    if user is None:
        raise UserNotFoundException("User does not exist.")
    return user
