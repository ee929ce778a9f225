"""What a pool costs as it grows: the same questions to 1,000 users and to 1,000,000 in one pool.

    python3 dev.py bench growth [--users 1000000] [--databases postgresql://… postgresql://…]

Over the wire, by whole operations; the users are loaded through the store. Each size has a server
and a database of its own, and each question finds equally many rows in both. They are asked in
turn, so that a machine that others use is as slow for the one as for the other. The databases must
be empty.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import http.client
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import argon2

from benchmarks import world
from benchmarks.postgresql_pair import free_port
from poolhouse.app import DATABASE_FILE
from poolhouse.domain import usernames
from poolhouse.domain.records import Group, User, UserPool
from poolhouse.store import groups, pools, schema, user_search, users
from poolhouse.store.database import Place, Transaction, open_database
from poolhouse.store.statements import insert_into

SMALL = 1_000
ACCEPTED_RATIO = 1.3
_BATCH = 2_000
_PAGE = 60
_ROUNDS = 200
_SIGN_INS = 20  # each takes its time for the hash
# The same for everybody: checking it takes as long as if it were not.
_HASH = argon2.PasswordHasher(2, 19_456, 1).hash(world.PASSWORD)
_MASTER_KEY = base64.b64encode(bytes(32)).decode()
_ANY_CREDENTIALS = (
    "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/cognito-idp/aws4_request,"
    " SignedHeaders=host, Signature=0"
)
_IMPORTED = 2_000
_GROUP = "crew"
_FILTERS = (
    'username = "user-{number:07}"',
    'username ^= "user-{ten:06}"',
    'email = "user-{number:07}@sea.test"',
    'email ^= "user-{ten:06}"',
    'phone_number ^= "+49"',
    'given_name = "Given{ten:06}"',
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
    """An operation; ``ask`` makes its parameters from the pool, the app client and a number."""

    operation: str
    name: str
    ask: Callable[[UserPool, str, int], dict[str, Any]]


def _user(pool: UserPool, number: int) -> User:
    sub = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{pool.id} {number}"))
    return User(
        pool_id=pool.id,
        sub=sub,
        username=f"user-{number:07}",
        status="UNCONFIRMED" if number % 10 == 0 else "CONFIRMED",
        enabled=number % 10 != 5,
        created_ms=number,
        modified_ms=number,
        attributes={
            "sub": sub,
            "email": f"user-{number:07}@sea.test",
            "email_verified": "true",
            "phone_number": f"+49{number:010}",
            "given_name": f"Given{number // 10:06}",
            "family_name": f"Family{number:07}",
        },
        password_hash=_HASH,
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


def _questions() -> list[Question]:
    def sign_in(pool: UserPool, client_id: str, number: int) -> dict[str, Any]:
        confirmed = number // 10 * 10 + 1
        parameters = {"USERNAME": f"user-{confirmed:07}", "PASSWORD": world.PASSWORD}
        return {
            "ClientId": client_id,
            "AuthFlow": "USER_PASSWORD_AUTH",
            "AuthParameters": parameters,
        }

    def listing(text: str) -> Callable[[UserPool, str, int], dict[str, Any]]:
        def ask(pool: UserPool, client_id: str, number: int) -> dict[str, Any]:
            condition = text.format(number=number, ten=number // 10)
            return {"UserPoolId": pool.id, "Filter": condition, "Limit": _PAGE}

        return ask

    def described(pool: UserPool, client_id: str, number: int) -> dict[str, Any]:
        return {"UserPoolId": pool.id}

    def one(pool: UserPool, client_id: str, number: int) -> dict[str, Any]:
        return {"UserPoolId": pool.id, "Username": f"user-{number:07}@sea.test"}

    def members(pool: UserPool, client_id: str, number: int) -> dict[str, Any]:
        return {"UserPoolId": pool.id, "GroupName": _GROUP, "Limit": _PAGE}

    return [
        Question("InitiateAuth", "sign-in with a password", sign_in),
        Question("AdminGetUser", "AdminGetUser by email", one),
        Question("ListUsers", "ListUsers", described),
        *(Question("ListUsers", f"ListUsers {text}", listing(text)) for text in _FILTERS),
        Question("ListUsersInGroup", "ListUsersInGroup", members),
        Question("DescribeUserPool", "EstimatedNumberOfUsers", described),
    ]


class _Asker:
    """One kept connection to a server, without what an SDK adds of its own time."""

    def __init__(self, port: int, pool: UserPool, client_id: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        self._pool, self._client_id = pool, client_id

    def ms(self, question: Question, number: int) -> float:
        body = json.dumps(question.ask(self._pool, self._client_id, number))
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{question.operation}",
            "Authorization": _ANY_CREDENTIALS,
            "X-Amz-Date": "20260101T000000Z",
        }
        started = time.perf_counter()
        self._connection.request("POST", "/", body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        taken = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            raise SystemExit(f"{question.name}: {answer.status} {text.decode()}")
        return taken


def _p50_ms(
    question: Question, small: _Asker, large: _Asker, size: int, random: Random
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    rounds = _SIGN_INS if question.operation == "InitiateAuth" else _ROUNDS
    for _ in range(rounds):
        times[0].append(small.ms(question, random.randrange(SMALL)))
        times[1].append(large.ms(question, random.randrange(size)))
    return statistics.median(times[0]), statistics.median(times[1])


def _memory_mib(pid: int) -> float:
    """A server's own memory (Linux): the pages of the database's file belong to the system."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


async def _grow(place: Place, pool_id: str, size: int) -> tuple[UserPool, float]:
    """Fill a pool with ``size`` users; how many a second ``users.insert`` adds at the end."""
    db = await open_database(place)
    pool = await pools.get(db, pool_id)
    await db.write(groups.insert, Group(pool.id, _GROUP, None, None, None, 0, 0))
    last = size - min(_IMPORTED, size // 2)
    for first in range(0, last, _BATCH):
        await db.write(_fill, pool, range(first, min(first + _BATCH, last)))
    started = time.perf_counter()
    for first in range(last, size, _BATCH // 2):
        await db.write(_import, pool, range(first, min(first + _BATCH // 2, size)))
    rate = (size - last) / (time.perf_counter() - started)
    await db.close()
    return pool, rate


def run(directories: Sequence[Path], databases: Sequence[str], large: int) -> bool:
    """Print the table; whether each ratio is within what is accepted."""
    with ExitStack() as stack:
        askers, pids, rates = [], [], []
        for directory, database, size in zip(directories, databases, (SMALL, large), strict=True):
            directory.mkdir()
            port = free_port()
            more = {"POOLHOUSE_DATABASE": database, "POOLHOUSE_MASTER_KEY": _MASTER_KEY}
            url, pid = stack.enter_context(
                world.running(directory, port, 1, environment=more if database else {})
            )
            idp = world.client(url, "cognito-idp")
            pool_id = idp.create_user_pool(
                PoolName="growth", AliasAttributes=["email", "phone_number"]
            )["UserPool"]["Id"]
            app = idp.create_user_pool_client(
                UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
            )
            place = database or directory / DATABASE_FILE
            pool, rate = asyncio.run(_grow(place, pool_id, size))
            askers.append(_Asker(port, pool, app["UserPoolClient"]["ClientId"]))
            pids.append(pid)
            rates.append(rate)
        random = Random(1)
        print(f"{'p50 in ms':44} {SMALL:>10} {large:>10}  ratio")
        fine = True
        for question in _questions():
            _p50_ms(question, askers[0], askers[1], large, random)  # warms both up
            p50 = _p50_ms(question, askers[0], askers[1], large, random)
            ratio = p50[1] / p50[0]
            fine = fine and ratio <= ACCEPTED_RATIO
            verdict = "" if ratio <= ACCEPTED_RATIO else f" above {ACCEPTED_RATIO}"
            row = f"{question.name:44} {p50[0]:10.3f} {p50[1]:10.3f} {ratio:6.2f}{verdict}"
            print(row, flush=True)
        memory = [_memory_mib(pid) for pid in pids]
        print(f"{'users added a second':44} {rates[0]:10.0f} {rates[1]:10.0f}")
        print(f"{'memory of the server, MiB':44} {memory[0]:10.1f} {memory[1]:10.1f}")
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 dev.py bench growth", description=__doc__)
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument(
        "--databases", nargs=2, metavar="URL", help="two empty PostgreSQL databases; else SQLite"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        places = [Path(directory) / "small", Path(directory) / "large"]
        return 0 if run(places, given.databases or ["", ""], given.users) else 1


if __name__ == "__main__":
    sys.exit(main())
