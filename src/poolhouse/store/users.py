"""Users: found by any of their names; rows, aliases and search rows are written in step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import orjson
from sqlalchemy import bindparam
from sqlalchemy import update as update_table

from poolhouse.domain import usernames
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    AliasExistsException,
    UsernameExistsException,
    UserNotFoundException,
)
from poolhouse.store import user_aliases, user_search
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import users
from poolhouse.store.statements import Statement, delete_by, insert_if_absent, update_by
from poolhouse.store.user_lookup import (
    by_alias,
    by_username,
    by_written_sub,
    find,
    find_by_sub,
    get,
    get_by_sub,
)

# Reading and writing users is one noun to everybody else.
__all__ = [
    "amend",
    "delete",
    "find",
    "find_by_sub",
    "get",
    "get_by_sub",
    "insert",
    "replace_password_hash",
    "set_enabled",
    "set_password",
    "update",
]

_INSERT = insert_if_absent(users)
_CHANGEABLE = (
    "status",
    "enabled",
    "attributes",
    "password_hash",
    "temporary_password_expires_ms",
    "modified_ms",
)
_UPDATE = update_by(users, ("pool_id", "sub"), _CHANGEABLE)
_SET_PASSWORD = update_by(
    users,
    ("pool_id", "sub"),
    ("status", "password_hash", "temporary_password_expires_ms", "modified_ms"),
)
_SET_ENABLED = update_by(users, ("pool_id", "sub"), ("enabled", "modified_ms"))
_REPLACE_HASH = Statement(
    update_table(users)
    .where(
        users.c.pool_id == bindparam("key_pool_id"),
        users.c.sub == bindparam("key_sub"),
        users.c.password_hash == bindparam("old_hash"),
    )
    .values(password_hash=bindparam("new_hash"))
)
_DELETE = delete_by(users, "pool_id", "sub")


async def insert(
    transaction: Transaction, pool: UserPool, user: User, *, take_aliases: bool = False
) -> None:
    """Add a user; ``attributes`` get their ``sub``.

    ``take_aliases``: an alias of somebody else moves here. Raises
    :class:`UsernameExistsException` and :class:`AliasExistsException`.
    """
    user = replace(user, attributes={"sub": user.sub, **user.attributes})
    inserted = await transaction.run(
        _INSERT,
        pool_id=user.pool_id,
        sub=user.sub,
        username=user.username,
        username_key=usernames.key(pool, user.username),
        created_ms=user.created_ms,
        **_values(user),
    )
    if not inserted or await _names_somebody_else(transaction, pool, user):
        raise UsernameExistsException("User already exists")
    await _claim(transaction, pool, user, _names(pool, user), take_aliases)
    await user_search.add(transaction, pool.id, user.sub, user_search.keys(user.attributes))


async def update(
    transaction: Transaction, pool: UserPool, user: User, *, take_aliases: bool = False
) -> None:
    """Write the whole record; ``user`` must come from a read in this same transaction.

    A record read earlier would undo what others changed since (a disabled user would be enabled
    again): :func:`amend` reads and writes in one. Raises :class:`UserNotFoundException` and
    :class:`AliasExistsException`.
    """
    before = await get_by_sub(transaction, user.pool_id, user.sub)
    await transaction.run(_UPDATE, key_pool_id=user.pool_id, key_sub=user.sub, **_values(user))
    old_aliases = _names(pool, before)
    new_aliases = _names(pool, user)
    await user_aliases.release(transaction, pool.id, user.sub, _without(old_aliases, new_aliases))
    await _claim(transaction, pool, user, _without(new_aliases, old_aliases), take_aliases)
    old_rows, new_rows = user_search.keys(before.attributes), user_search.keys(user.attributes)
    await user_search.remove(transaction, pool.id, user.sub, _without(old_rows, new_rows))
    await user_search.add(transaction, pool.id, user.sub, _without(new_rows, old_rows))


async def amend(
    transaction: Transaction,
    pool: UserPool,
    sub: str,
    change: Callable[[User], User],
    *,
    take_aliases: bool = False,
) -> User:
    """Read a user, change the record, write it. Raises what ``update`` raises."""
    user = change(await get_by_sub(transaction, pool.id, sub))
    await update(transaction, pool, user, take_aliases=take_aliases)
    return user


async def set_password(
    transaction: Transaction,
    pool_id: str,
    sub: str,
    password_hash: str | None,
    *,
    status: str,
    now_ms: int,
    temporary_password_expires_ms: int | None = None,
) -> None:
    """Replace the password and the state that goes with it, nothing else.

    Raises :class:`UserNotFoundException`.
    """
    touched = await transaction.run(
        _SET_PASSWORD,
        key_pool_id=pool_id,
        key_sub=sub,
        status=status,
        password_hash=password_hash,
        temporary_password_expires_ms=temporary_password_expires_ms,
        modified_ms=now_ms,
    )
    if not touched:
        raise UserNotFoundException("User does not exist.")


async def replace_password_hash(transaction: Transaction, user: User, new_hash: str) -> bool:
    """A stronger hash of the same password. False if the password was changed meanwhile."""
    touched = await transaction.run(
        _REPLACE_HASH,
        key_pool_id=user.pool_id,
        key_sub=user.sub,
        old_hash=user.password_hash,
        new_hash=new_hash,
    )
    return touched == 1


async def set_enabled(
    transaction: Transaction, pool_id: str, sub: str, *, enabled: bool, now_ms: int
) -> None:
    await transaction.run(
        _SET_ENABLED, key_pool_id=pool_id, key_sub=sub, enabled=int(enabled), modified_ms=now_ms
    )


async def delete(transaction: Transaction, pool_id: str, sub: str) -> None:
    """Remove a user with aliases and search rows. Raises :class:`UserNotFoundException`."""
    if not await transaction.run(_DELETE, pool_id=pool_id, sub=sub):
        raise UserNotFoundException("User does not exist.")
    await user_aliases.release_all(transaction, pool_id, sub)
    await user_search.remove_all(transaction, pool_id, sub)


def _values(user: User) -> dict[str, object]:
    return {
        "status": user.status,
        "enabled": int(user.enabled),
        "attributes": orjson.dumps(user.attributes).decode(),
        "password_hash": user.password_hash,
        "temporary_password_expires_ms": user.temporary_password_expires_ms,
        "modified_ms": user.modified_ms,
    }


def _names(pool: UserPool, user: User) -> dict[str, str]:
    """What a user is found by beside the username. Whoever signs in at another provider has no
    name to enter here, so an address may be a local user's as well (``federated-names``).
    """
    if user.status == "EXTERNAL_PROVIDER" and pool.username_attributes:
        return {}
    return usernames.alias_keys(pool, user.attributes)


def _without(rows: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in rows.items() if others.get(name) != value}


async def _names_somebody_else(reader: Reader, pool: UserPool, user: User) -> bool:
    """Whether the new username is another user's sub or preferred username.

    Who could choose such a name would be found in that user's place (``one-name-one-user``).
    """
    if user.username == user.sub:
        return False
    others = (
        await by_written_sub(reader, pool, user.username),
        await by_alias(reader, pool, user.username),
    )
    return any(other is not None and other.sub != user.sub for other in others)


async def _claim(
    transaction: Transaction,
    pool: UserPool,
    user: User,
    names: Mapping[str, str],
    take_aliases: bool,
) -> None:
    for attribute, value_key in names.items():
        if attribute == "preferred_username":
            holder = await by_username(transaction, pool, value_key)
            if holder is not None and holder.sub != user.sub:
                raise _taken(attribute)
        if await user_aliases.claim(transaction, pool.id, user.sub, attribute, value_key):
            continue
        owner = await user_aliases.owner(transaction, pool.id, attribute, value_key)
        if owner is None or not take_aliases or not _can_be_taken(pool, attribute):
            raise _taken(attribute)
        await amend(transaction, pool, owner, _unverified(attribute))
        await user_aliases.claim(transaction, pool.id, user.sub, attribute, value_key)


def _can_be_taken(pool: UserPool, attribute: str) -> bool:
    """What counts only while verified (``forced-preferred-username``)."""
    return attribute in pool.alias_attributes and attribute != "preferred_username"


def _unverified(attribute: str) -> Callable[[User], User]:
    """An alias that is not verified is no alias: this is how its owner loses it."""

    def change(user: User) -> User:
        return replace(user, attributes={**user.attributes, f"{attribute}_verified": "false"})

    return change


def _taken(attribute: str) -> AliasExistsException:
    return AliasExistsException(f"An account with the given {attribute} already exists.")
