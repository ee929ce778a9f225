"""What a pool costs as it grows: the same questions to 1,000 users and to 1,000,000 in one pool.

    .venv/bin/python -m benchmarks.growth [--users 1000000] [--database postgresql://…]

Below the protocol: statements and records, as the operations ask for them, without password hashes
and signatures, which do not depend on how many users there are. The database must be an empty one.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from poolhouse.domain import filters, pool_settings, usernames
from poolhouse.domain.records import Group, User, UserPool
from poolhouse.store import groups, migrate, pools, schema, user_search, users
from poolhouse.store.database import Database, Place, Transaction, open_database
from poolhouse.store.statements import insert_into

SMALL = 1_000
_BATCH = 2_000
_PAGE = 60
_ROUNDS = 200
_IMPORTED = 2_000
_GROUP = "crew"
_FILTERS = (
    'username = "user-{number}"',
    'username ^= "user-{number}"',
    'email = "user-{number}@sea.test"',
    'email ^= "user-{number}"',
    'phone_number ^= "+49"',
    'given_name = "Given{five}"',
    'family_name ^= "Fam"',
    'cognito:user_status = "CONFIRMED"',
    'cognito:user_status = "UNCONFIRMED"',
    'status = "Enabled"',
    'status = "Disabled"',
)

_USERS, _SEARCH, _ALIASES, _MEMBERS = map(
    insert_into, (schema.users, schema.user_search, schema.user_aliases, schema.group_members)
)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that an operation asks of the store; ``ask`` is given a user's number."""

    name: str
    ask: Callable[[int], Awaitable[Any]]


def _user(pool: UserPool, number: int) -> User:
    sub = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{pool.id} {number}"))
    return User(
        pool_id=pool.id,
        sub=sub,
        username=f"user-{number}",
        status="UNCONFIRMED" if number % 10 == 0 else "CONFIRMED",
        enabled=number % 20 != 0,
        created_ms=number,
        modified_ms=number,
        attributes={
            "sub": sub,
            "email": f"user-{number}@sea.test",
            "email_verified": "true",
            "phone_number": f"+49{number:010}",
            "given_name": f"Given{number % 5000}",
            "family_name": f"Family{number % 20_000}",
        },
        password_hash="$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$" + "h" * 43,
    )


def _names(user: User, keys: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"pool_id": user.pool_id, "attribute": name, "value_key": value, "sub": user.sub}
        for name, value in keys.items()
    ]


async def _fill(transaction: Transaction, pool: UserPool, numbers: range) -> None:
    """The rows that ``users.insert`` and ``groups.add_member`` leave, without asking first."""
    made = [_user(pool, number) for number in numbers]
    rows = [
        {
            "pool_id": pool.id,
            "sub": user.sub,
            "username": user.username,
            "username_key": user.username,
            "created_ms": user.created_ms,
            **users._values(user),
        }
        for user in made
    ]
    await transaction.run_many(_USERS, rows)
    await transaction.run_many(
        _SEARCH, [row for user in made for row in _names(user, user_search.keys(user.attributes))]
    )
    await transaction.run_many(
        _ALIASES,
        [row for user in made for row in _names(user, usernames.alias_keys(pool, user.attributes))],
    )
    members = [{"pool_id": pool.id, "group_name": _GROUP, "sub": user.sub} for user in made]
    await transaction.run_many(_MEMBERS, members)


async def _import(transaction: Transaction, pool: UserPool, numbers: range) -> None:
    for number in numbers:
        await users.insert(transaction, pool, _user(pool, number))


def _questions(db: Database, pool: UserPool) -> list[Question]:
    async def sign_in(number: int) -> None:
        user = await users.get(db, pool, f"user-{number}")
        await groups.of_user(db, pool.id, user.sub)

    def listing(text: str) -> Callable[[int], Awaitable[Any]]:
        async def ask(number: int) -> None:
            condition = filters.parse(text.format(number=number, five=number % 5000), pool)
            await user_search.list_page(db, pool.id, condition, after=None, size=_PAGE)

        return ask

    async def everybody(number: int) -> None:
        after = ("", _user(pool, number).sub)
        await user_search.list_page(db, pool.id, None, after=after, size=_PAGE)

    async def members(number: int) -> None:
        after = _user(pool, number).sub
        await groups.members_page(db, pool.id, _GROUP, after=after, size=_PAGE)

    return [
        Question("sign-in: user and groups", sign_in),
        Question("sign-in by email", lambda number: users.get(db, pool, f"user-{number}@sea.test")),
        Question("ListUsers", everybody),
        *(Question(f"ListUsers {text}", listing(text)) for text in _FILTERS),
        Question("ListUsersInGroup", members),
    ]


async def _p50_ms(question: Question, size: int, random: Random) -> float:
    times = []
    for _ in range(_ROUNDS):
        number = random.randrange(size)
        started = time.perf_counter()
        await question.ask(number)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


async def _grow(db: Database, size: int) -> tuple[UserPool, float]:
    """A pool of ``size`` users, and how many a second ``users.insert`` adds at the end."""
    region = "eu-west-1"
    asked = {"PoolName": "growth", "AliasAttributes": ["email", "phone_number"]}
    made = pool_settings.for_create(asked, region=region)
    pool = pool_settings.record(f"{region}_Growth{size}", region, 0, 0, made.settings)
    await db.write(pools.insert, pool)
    await db.write(groups.insert, Group(pool.id, _GROUP, None, None, None, 0, 0))
    last = size - min(_IMPORTED, size // 2)
    for first in range(0, last, _BATCH):
        await db.write(_fill, pool, range(first, min(first + _BATCH, last)))
    started = time.perf_counter()
    for first in range(last, size, _BATCH // 2):
        await db.write(_import, pool, range(first, min(first + _BATCH // 2, size)))
    return pool, (size - last) / (time.perf_counter() - started)


async def run(place: Place, large: int) -> None:
    await migrate.prepare(place, may_upgrade=True)
    db = await open_database(place)
    random = Random(1)
    measured: dict[str, list[float]] = {}
    rates = []
    for size in (SMALL, large):
        pool, rate = await _grow(db, size)
        rates.append(rate)
        for question in _questions(db, pool):
            measured.setdefault(question.name, []).append(await _p50_ms(question, size, random))
    await db.close()
    print(f"{'p50 in ms':44} {SMALL:>10} {large:>10}  ratio")
    for name, (small, grown) in measured.items():
        print(f"{name:44} {small:10.3f} {grown:10.3f} {grown / small:6.2f}")
    print(f"{'users added a second':44} {rates[0]:10.0f} {rates[1]:10.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty PostgreSQL; without it SQLite, in a file")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        asyncio.run(run(given.database or Path(directory) / "growth.sqlite", given.users))


if __name__ == "__main__":
    main()
