"""Users in the store: every name leads home, and rows, aliases and search rows stay in step."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from poolhouse.domain.records import User, UserPool
from poolhouse.errors import (
    AliasExistsException,
    UsernameExistsException,
    UserNotFoundException,
)
from poolhouse.store import user_search, users
from poolhouse.store.database import Database, Reader, Row
from poolhouse.store.schema import metadata
from poolhouse.store.statements import Statement
from sample_records import pool

ALIASES = pool(AliasAttributes=["email", "phone_number", "preferred_username"])
BY_CONTACT = replace(pool(UsernameAttributes=["email", "phone_number"]), id="eu-west-1_Contacts0")


def user(of: UserPool, username: str, **attributes: str) -> User:
    sub = str(uuid.uuid5(uuid.NAMESPACE_DNS, username))
    return User(
        pool_id=of.id,
        sub=sub,
        username=sub if of.username_attributes else username,
        status="CONFIRMED",
        enabled=True,
        created_ms=1,
        modified_ms=1,
        attributes=attributes,
        password_hash="old",
    )


class Counting:
    """A reader that counts its selects."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.selects = 0

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        self.selects += 1
        return await self.reader.one(statement, **parameters)

    def state(self) -> object | None:
        return None

    async def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        self.selects += 1
        return await self.reader.all(statement, **parameters)


async def side_rows(database: Database, name: str) -> list[Row]:
    table = metadata.tables[name]
    clause = select(table.c.attribute, table.c.value_key)
    return await database.all(Statement(clause.order_by(table.c.attribute, table.c.value_key)))


async def test_the_way_from_a_name_to_a_user_is_short(database: Database) -> None:
    ann = user(ALIASES, "ann", email="ann@x.test", email_verified="true", phone_number="+491")
    bo = user(BY_CONTACT, "bo", email="bo@x.test", phone_number="+492")
    await database.write(users.insert, ALIASES, ann)
    await database.write(users.insert, BY_CONTACT, bo)
    for of, name, sub, most in [
        (ALIASES, "ann", ann.sub, 1),
        (ALIASES, "ann@x.test", ann.sub, 1),
        (ALIASES, ann.sub, ann.sub, 3),
        (ALIASES, "+491", None, 2),
        (ALIASES, "nobody", None, 2),
        (BY_CONTACT, "bo@x.test", bo.sub, 1),
        (BY_CONTACT, "+492", bo.sub, 1),
        (BY_CONTACT, bo.sub, bo.sub, 1),
    ]:
        reader = Counting(database)
        found = await users.find(reader, of, name)
        assert (found.sub if found else None) == sub, name
        assert reader.selects <= most, name


async def test_an_insert_keeps_nothing_of_a_refused_user(database: Database) -> None:
    await database.write(
        users.insert, ALIASES, user(ALIASES, "ann", email="x@x.test", email_verified="true")
    )
    before = [await side_rows(database, table) for table in ("user_aliases", "user_search")]
    with pytest.raises(UsernameExistsException):
        await database.write(
            users.insert, ALIASES, replace(user(ALIASES, "b", name="B"), username="ann")
        )
    with pytest.raises(AliasExistsException):
        await database.write(
            users.insert, ALIASES, user(ALIASES, "c", email="x@x.test", email_verified="true")
        )
    assert await users.find(database, ALIASES, "c") is None
    assert [await side_rows(database, table) for table in ("user_aliases", "user_search")] == before


@pytest.mark.parametrize(
    ("attributes", "aliases"),
    [
        ({"email": "new@x.test", "email_verified": "false"}, []),
        ({"email": "new@x.test", "email_verified": "true"}, [("email", "new@x.test")]),
        ({"preferred_username": "skipper"}, [("preferred_username", "skipper")]),
        ({}, []),
    ],
)
async def test_an_update_moves_aliases_and_search_rows(
    database: Database, attributes: dict[str, str], aliases: list[tuple[str, str]]
) -> None:
    ann = user(ALIASES, "ann", email="Ann@x.test", email_verified="true", name="Ann")
    await database.write(users.insert, ALIASES, ann)
    await database.write(users.update, ALIASES, replace(ann, attributes=attributes))
    assert await side_rows(database, "user_aliases") == aliases
    assert await side_rows(database, "user_search") == sorted(user_search.keys(attributes).items())
    found = await users.get(database, ALIASES, "ann")
    assert found.attributes == attributes


async def test_many_amend_one_user_and_nothing_is_lost(database: Database) -> None:
    ann = user(ALIASES, "ann")
    await database.write(users.insert, ALIASES, ann)

    def adding(number: int) -> Callable[[User], User]:
        return lambda each: replace(
            each, attributes={**each.attributes, f"custom:{number}": "here"}
        )

    await asyncio.gather(
        *(database.write(users.amend, ALIASES, ann.sub, adding(n)) for n in range(50)),
        database.write(users.set_enabled, ann.pool_id, ann.sub, enabled=False, now_ms=2),
    )
    found = await users.get(database, ALIASES, "ann")
    assert sum(name.startswith("custom:") for name in found.attributes) == 50
    assert not found.enabled


async def test_an_alias_is_claimed_once_in_parallel(database: Database) -> None:
    everybody = [user(ALIASES, f"u{n}", email="one@x.test") for n in range(20)]
    for each in everybody:
        await database.write(users.insert, ALIASES, each)

    def verified(each: User) -> User:
        return replace(each, attributes={**each.attributes, "email_verified": "true"})

    outcomes = await asyncio.gather(
        *(database.write(users.amend, ALIASES, each.sub, verified) for each in everybody),
        return_exceptions=True,
    )
    winners = [outcome for outcome in outcomes if isinstance(outcome, User)]
    assert len(winners) == 1
    assert sum(isinstance(outcome, AliasExistsException) for outcome in outcomes) == 19
    found = await users.get(database, ALIASES, "one@x.test")
    assert found.sub == winners[0].sub


async def test_a_stronger_hash_does_not_undo_a_new_password(database: Database) -> None:
    ann = user(ALIASES, "ann")
    await database.write(users.insert, ALIASES, ann)
    await database.write(
        users.set_password, ann.pool_id, ann.sub, "new", status="CONFIRMED", now_ms=2
    )
    await database.write(users.replace_password_hash, ann, "old, but stronger")
    assert (await users.get(database, ALIASES, "ann")).password_hash == "new"


async def test_who_is_gone_cannot_be_changed(database: Database) -> None:
    ann = user(ALIASES, "ann")
    await database.write(users.insert, ALIASES, ann)
    await database.write(users.delete, ann.pool_id, ann.sub)
    assert await side_rows(database, "user_search") == []
    for work in (
        database.write(users.update, ALIASES, ann),
        database.write(users.delete, ann.pool_id, ann.sub),
        database.write(users.set_password, ann.pool_id, ann.sub, "x", status="X", now_ms=1),
    ):
        with pytest.raises(UserNotFoundException):
            await work
