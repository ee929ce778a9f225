"""What ListUsers finds: search rows kept in step with profiles, and pages over them.

Every kind of search is a statement of its own, compiled once, that walks an index from where the
last page ended; its cost depends on the page, not on the pool. Usernames, subs and states are
searched in the users' own indexes, six attributes through ``user_search``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, select, tuple_

from poolhouse.domain.filters import Filter
from poolhouse.domain.records import User
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.pages import Key, Page
from poolhouse.store.schema import user_search, users
from poolhouse.store.statements import Statement, delete_by, insert_into
from poolhouse.store.user_rows import COLUMNS, to_user

ATTRIBUTES = (
    "email",
    "phone_number",
    "name",
    "given_name",
    "family_name",
    "preferred_username",
)

_ADD = insert_into(user_search)
_REMOVE = delete_by(user_search, "pool_id", "attribute", "value_key", "sub")
_REMOVE_ALL = delete_by(user_search, "pool_id", "sub")


def keys(attributes: Mapping[str, str]) -> dict[str, str]:
    """The search rows of a profile: attribute to key."""
    return {name: attributes[name].lower() for name in ATTRIBUTES if attributes.get(name)}


async def add(transaction: Transaction, pool_id: str, sub: str, rows: Mapping[str, str]) -> None:
    for attribute, value_key in rows.items():
        await transaction.run(
            _ADD, pool_id=pool_id, attribute=attribute, value_key=value_key, sub=sub
        )


async def remove(transaction: Transaction, pool_id: str, sub: str, rows: Mapping[str, str]) -> None:
    for attribute, value_key in rows.items():
        await transaction.run(
            _REMOVE, pool_id=pool_id, attribute=attribute, value_key=value_key, sub=sub
        )


async def remove_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_REMOVE_ALL, pool_id=pool_id, sub=sub)


_page = partial(Statement, scattered=True)


class _Column:
    """The pages of one searched column, ascending by (value, sub), in three kinds."""

    def __init__(self, column: Any, *, attribute: bool = False, unique: bool = False) -> None:
        clause = select(*COLUMNS, column.label("searched")).limit(bindparam("size"))
        sub: ColumnElement[Any] = users.c.sub
        if attribute:
            clause = clause.select_from(user_search).join(
                users,
                and_(users.c.pool_id == user_search.c.pool_id, users.c.sub == user_search.c.sub),
            )
            clause = clause.where(
                user_search.c.pool_id == bindparam("pool_id"),
                user_search.c.attribute == bindparam("attribute"),
            )
            sub = user_search.c.sub
        else:
            clause = clause.where(users.c.pool_id == bindparam("pool_id"))
        behind = tuple_(column, sub) > tuple_(bindparam("after"), bindparam("after_sub"))
        # Of a unique column no index says how subs would follow: they must not be asked for.
        ascending = clause.order_by(column) if unique else clause.order_by(column, sub)
        self.equal = _page(
            clause.where(
                column == bindparam("value"),
                sub > bindparam("after_sub"),
                # Where most users have the value, PostgreSQL may walk these in place of the values.
                users.c.sub > bindparam("after_sub"),
            ).order_by(sub)
        )
        self.between = _page(ascending.where(behind, column < bindparam("before")))
        self.onward = _page(ascending.where(behind))


_ATTRIBUTE = _Column(user_search.c.value_key, attribute=True)
_USERNAME = _Column(users.c.username_key, unique=True)
_STATUS = _Column(users.c.status)
_ENABLED = _Column(users.c.enabled)

_BY_SUB = select(*COLUMNS, users.c.sub.label("searched")).where(
    users.c.pool_id == bindparam("pool_id"), users.c.sub > bindparam("after_sub")
)
_ALL = _page(_BY_SUB.order_by(users.c.sub).limit(bindparam("size")))
_SUB_EQUAL = _page(_BY_SUB.where(users.c.sub == bindparam("value")).limit(bindparam("size")))
_SUB_PREFIX = _page(
    _BY_SUB.where(users.c.sub >= bindparam("value"), users.c.sub < bindparam("before"))
    .order_by(users.c.sub)
    .limit(bindparam("size"))
)


@dataclass(frozen=True, slots=True)
class _Search:
    """One search, ready to run: its statement, its parameters, and where its first page begins."""

    statement: Statement
    parameters: Mapping[str, Any]
    first: Key


async def list_page(
    reader: Reader, pool_id: str, condition: Filter | None, *, after: Key | None, size: int
) -> Page[User]:
    """Users that ``condition`` finds (None: everybody), ascending by the searched attribute."""
    search = _plan(condition)
    if search is None:
        return Page(())
    value, sub = search.first if after is None else after
    parameters: dict[str, Any] = {"after": value} if "after" in search.parameters else {}
    rows = await reader.all(
        search.statement,
        **{**search.parameters, **parameters},
        pool_id=pool_id,
        after_sub=sub,
        size=size + 1,
    )
    found = tuple(to_user(row[:-1]) for row in rows[:size])
    last = rows[size - 1] if len(rows) > size else None
    return Page(found, None if last is None else (last[-1], found[-1].sub))


def _plan(condition: Filter | None) -> _Search | None:
    """The search that answers ``condition``; None when nothing can match."""
    if condition is None:
        return _Search(_ALL, {}, ("", ""))
    if condition.operator == "=" and not condition.value:
        return None
    if condition.attribute == "status":
        return _enabled_search(condition)
    if condition.attribute == "sub":
        return _sub_search(condition)
    if condition.attribute == "username":
        return _column_search(_USERNAME, condition, condition.key)
    if condition.attribute == "cognito:user_status":
        return _column_search(_STATUS, condition, condition.key.upper())
    return _column_search(_ATTRIBUTE, condition, condition.key, attribute=condition.attribute)


def _column_search(column: _Column, condition: Filter, value: str, **fixed: str) -> _Search:
    if condition.operator == "=":
        return _Search(column.equal, {**fixed, "value": value}, ("", ""))
    before = _first_behind(value)
    if before is None:
        return _Search(column.onward, {**fixed, "after": value}, (value, ""))
    return _Search(column.between, {**fixed, "after": value, "before": before}, (value, ""))


def _enabled_search(condition: Filter) -> _Search | None:
    """``status`` is Disabled or Enabled, which sort as 0 and 1 do."""
    found = [flag for flag, word in enumerate(("Disabled", "Enabled")) if condition.matches(word)]
    if not found:
        return None
    if len(found) == 1:
        return _Search(_ENABLED.equal, {"value": found[0]}, ("", ""))
    return _Search(_ENABLED.onward, {"after": 0}, (0, ""))


def _sub_search(condition: Filter) -> _Search:
    if condition.operator == "=":
        return _Search(_SUB_EQUAL, {"value": condition.key}, ("", ""))
    before = _first_behind(condition.key)
    if before is None:
        return _Search(_ALL, {}, ("", ""))
    return _Search(_SUB_PREFIX, {"value": condition.key, "before": before}, ("", ""))


def _first_behind(prefix: str) -> str | None:
    """The first text, by code points, behind all that begin with ``prefix``; None for no such."""
    kept = prefix.rstrip("\U0010ffff")
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    # Surrogates are no characters, and cannot be encoded.
    return kept[:-1] + chr(0xE000 if following == 0xD800 else following)
