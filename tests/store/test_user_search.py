"""Searching users: pages cover each match exactly once, in order, at a cost that stays flat."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import databases
from poolhouse.domain.filters import SEARCHABLE, Filter, is_case_sensitive
from poolhouse.domain.records import User, UserPool
from poolhouse.store import migrate, user_search, users
from poolhouse.store.database import Transaction
from poolhouse.store.pages import Key
from poolhouse.store.statements import Statement
from sample_records import pool

T = TypeVar("T")

STATUSES = ("UNCONFIRMED", "CONFIRMED", "FORCE_CHANGE_PASSWORD", "RESET_REQUIRED")
# Values that sort, fold or end in awkward ways.
NAMES = (
    "Ann",
    "ann",
    "anna",
    "Annabel",
    "Ænne",
    "Ö",
    "ÖRN",
    "İpek",
    "z\ud7ff",
    "z\ue000",
    "\U0010ffff",
    "a\U0010ffff",
    "a\U0010ffffb",
    "100%",
    "under_score",
    "x\x01y",
    'quo"te',
    "back\\slash",
    " ",
)


FOLDS: list[Callable[[str], str]] = [str, str.upper, str.lower]


def make_users(of: UserPool, count: int) -> list[User]:
    random = Random(7)
    made = []
    for number in range(count):
        sub = str(uuid.UUID(int=random.getrandbits(128), version=4))
        attributes = {
            name: random.choice(NAMES)
            for name in ("name", "given_name", "family_name", "preferred_username")
            if random.random() < 0.7
        }
        if random.random() < 0.8:
            attributes["email"] = f"{random.choice(NAMES).lower()}{number % 40}@Quay.test"
        if random.random() < 0.5:
            attributes["phone_number"] = f"+49151{random.randrange(50)}"
        made.append(
            User(
                pool_id=of.id,
                sub=sub,
                username=f"{random.choice(NAMES)}{number}",
                status=random.choice(STATUSES),
                enabled=random.random() < 0.6,
                created_ms=number,
                modified_ms=number,
                attributes={"sub": sub, **attributes},
            )
        )
    return made


class Harbour:
    """Two pools of the same shape in one database; the second must never show."""

    def __init__(self, path: Path, **request: Any) -> None:
        self._loop = asyncio.new_event_loop()
        self.database = self.run(databases.opened(path))
        self.pool = pool(**request)
        self.users = make_users(self.pool, 300)
        strangers = make_users(self.pool, 60)
        self.run(self._fill(strangers))

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        self.run(self.database.close())
        self._loop.close()

    async def _fill(self, strangers: list[User]) -> None:
        other = replace(self.pool, id="eu-west-1_Other0000")

        async def insert_all(transaction: Transaction) -> None:
            for user in self.users:
                await users.insert(transaction, self.pool, user)
            for user in strangers:
                await users.insert(transaction, other, replace(user, pool_id=other.id))

        await self.database.write(insert_all)

    def pages(self, condition: Filter | None, size: int) -> list[list[User]]:
        return self.run(self._pages(condition, size))

    async def _pages(self, condition: Filter | None, size: int) -> list[list[User]]:
        found: list[list[User]] = []
        after: Key | None = None
        while True:
            page = await user_search.list_page(
                self.database, self.pool.id, condition, after=after, size=size
            )
            found.append(list(page.items))
            after = page.next_key
            if after is None:
                return found

    def expected(self, condition: Filter | None) -> list[User]:
        """What the filter language says, without an index."""
        if condition is None:
            return sorted(self.users, key=lambda user: user.sub)

        def place(user: User) -> tuple[str, str]:
            value = candidate(user, condition.attribute) or ""
            return (value if condition.case_sensitive else value.lower(), user.sub)

        matching = [
            user for user in self.users if condition.matches(candidate(user, condition.attribute))
        ]
        return sorted(matching, key=place)


def candidate(user: User, attribute: str) -> str | None:
    special = {
        "username": user.username,
        "cognito:user_status": user.status,
        "status": "Enabled" if user.enabled else "Disabled",
    }
    return special[attribute] if attribute in special else user.attributes.get(attribute)


@pytest.fixture(scope="module", params=[True, False], ids=["case-sensitive", "case-insensitive"])
def harbour(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Harbour]:
    path = tmp_path_factory.mktemp("search") / "users.sqlite"
    harbour = Harbour(path, UsernameConfiguration={"CaseSensitive": request.param})
    yield harbour
    harbour.close()


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_pages_cover_each_match_once_in_order(harbour: Harbour, data: st.DataObject) -> None:
    attribute = data.draw(st.sampled_from(sorted(SEARCHABLE)), "attribute")
    present = sorted({candidate(user, attribute) or "" for user in harbour.users})
    text = data.draw(st.sampled_from(present) | st.text(max_size=3), "text")
    cut = data.draw(st.integers(0, len(text)), "cut")
    fold = data.draw(st.sampled_from(FOLDS), "fold")
    condition = Filter(
        attribute=attribute,
        operator=data.draw(st.sampled_from(["=", "^="]), "operator"),
        value=fold(text[:cut] if data.draw(st.booleans(), "shorten") else text),
        case_sensitive=is_case_sensitive(attribute, harbour.pool),
    )
    size = data.draw(st.integers(1, 60), "size")

    pages = harbour.pages(condition, size)

    found = [user for page in pages for user in page]
    assert [user.sub for user in found] == [user.sub for user in harbour.expected(condition)]
    assert found == harbour.expected(condition)
    assert all(len(page) == size for page in pages[:-1])
    assert len(pages) == 1 or pages[-1]


@pytest.mark.parametrize("size", [1, 7, 60, 300, 301])
def test_everybody_is_found_without_a_filter(harbour: Harbour, size: int) -> None:
    pages = harbour.pages(None, size)
    assert [user for page in pages for user in page] == harbour.expected(None)


def test_rows_that_come_and_go_make_no_page_repeat_or_skip_others(tmp_path: Path) -> None:
    harbour = Harbour(tmp_path / "users.sqlite")
    staying = {user.sub for user in harbour.users[:200]}
    leaving = [user.sub for user in harbour.users[200:]]
    arriving = make_users(harbour.pool, 400)[300:]

    async def disturb(transaction: Transaction, number: int) -> None:
        await users.delete(transaction, harbour.pool.id, leaving[number])
        await users.insert(transaction, harbour.pool, arriving[number])

    async def walk() -> list[str]:
        seen: list[str] = []
        after: Key | None = None
        number = 0
        while True:
            page = await user_search.list_page(
                harbour.database, harbour.pool.id, None, after=after, size=9
            )
            seen.extend(user.sub for user in page.items)
            after = page.next_key
            if after is None:
                return seen
            await harbour.database.write(disturb, number)
            number += 1

    seen = harbour.run(walk())
    harbour.close()
    assert len(seen) == len(set(seen))
    assert staying <= set(seen)


def statements() -> dict[str, Statement]:
    found = {
        "everybody": user_search._ALL,
        "sub": user_search._SUB_EQUAL,
        "sub prefix": user_search._SUB_PREFIX,
    }
    for name in ("_ATTRIBUTE", "_USERNAME", "_STATUS", "_ENABLED"):
        for kind in ("equal", "between", "onward"):
            found[f"{name} {kind}"] = getattr(getattr(user_search, name), kind)
    return found


@pytest.mark.parametrize("name", statements())
def test_no_search_scans_or_sorts(tmp_path: Path, name: str) -> None:
    path = tmp_path / "plan.sqlite"
    migrate.upgrade(path)
    statement = statements()[name].sqlite
    parameters = dict.fromkeys(statement.names, 1) | dict(statement.constants)
    connection = sqlite3.connect(path)
    plan = [
        row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {statement.text}", parameters)
    ]
    connection.close()
    assert plan
    assert all(step.startswith("SEARCH") and "pool_id=?" in step for step in plan), plan
