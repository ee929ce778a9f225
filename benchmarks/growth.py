"""What a pool costs as it grows: the same questions to 1,000 users and to 1,000,000 in one pool.

    python3 dev.py bench growth [--users 1000000] [--imported 100000] [--postgresql]

Over the wire, by whole operations; the users are loaded through the store. Each size has a server
and a database of its own, and each question finds equally many rows in both. They are asked in
turn, so that a machine that others use is as slow for the one as for the other. A ratio near the
limit is measured three times, and the median of these counts.

A sign-in takes most of its time for the hash, which knows nothing of the pool: it is asked with
the default hash, and once more of servers and users whose hash costs nothing. The former is of a
few users all over the pool who have signed in before (a first sign-in makes what SRP needs, at any
size), the latter of everybody, without what SRP needs. Lists are asked for
their first page, and for page after page. At the end an import job adds users from a CSV file.

``--postgresql`` starts a server for the run with a quarter of the memory as ``shared_buffers``, as
PostgreSQL's documentation advises. Statistics are made as autovacuum makes them a minute later, and
tables are read into memory as requests do in time. ``--databases`` names two empty ones instead.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import contextlib
import http.client
import json
import os
import statistics
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import argon2
import asyncpg
from sqlalchemy import Table

from benchmarks import machine, world
from benchmarks.postgresql_pair import Postgresql, free_port
from poolhouse.app import DATABASE_FILE
from poolhouse.domain import usernames
from poolhouse.domain.records import Group, User, UserPool
from poolhouse.store import groups, pools, schema, user_search, users
from poolhouse.store.database import Database, Place, Transaction, open_database
from poolhouse.store.statements import insert_into

SMALL = 1_000
ACCEPTED_RATIO = 1.3
_PREWARM = (
    "SELECT pg_prewarm(oid) FROM pg_class WHERE relkind IN ('r', 'i')"
    " AND relnamespace = 'public'::regnamespace"
)
_NEAR_THE_LIMIT = 1.2
_BATCH = 20_000
_PAGE = 60
_ROUNDS = 200
_SIGN_INS = 40  # each takes its time for the hash
_KNOWN = 20  # users of these sign-ins, each in the warm-up
# The same for everybody: checking it takes as long as if it were not.
_HASH = argon2.PasswordHasher(2, 19_456, 1).hash(world.PASSWORD)
_LIGHT_HASH = argon2.PasswordHasher(1, 8, 1).hash(world.PASSWORD)
_LIGHT = {
    "POOLHOUSE_HASH_MEMORY_KIB": "8",
    "POOLHOUSE_HASH_PASSES": "1",
    "POOLHOUSE_SRP_VERIFIERS": "false",
}
_MASTER_KEY = base64.b64encode(bytes(32)).decode()
_ANY_CREDENTIALS = (
    "AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/cognito-idp/aws4_request,"
    " SignedHeaders=host, Signature=0"
)
_INSERTED = 2_000
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

# Lists as long as the pool.
_WALKED = ('email ^= "user-"', 'cognito:user_status = "CONFIRMED"', 'status = "Enabled"')

_ADD = {
    table: insert_into(table)
    for table in (schema.users, schema.user_search, schema.user_aliases, schema.group_members)
}


@dataclass(frozen=True, slots=True)
class Question:
    """An operation; ``ask`` makes its parameters from the pool, the app client and a number.

    ``token``: the next question carries what this one's answer has by that name, and so goes on
    through a list. ``light``: of the servers whose hash costs nothing. ``distinct``: so many
    numbers, evenly spread, in place of any.
    """

    operation: str
    name: str
    ask: Callable[[UserPool, str, int], dict[str, Any]]
    rounds: int = _ROUNDS
    token: str = ""
    light: bool = False
    distinct: int = 0


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
        password_hash=_LIGHT_HASH if number % 10 == 2 else _HASH,
    )


def _names(user: User, keys: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {"pool_id": user.pool_id, "attribute": name, "value_key": value, "sub": user.sub}
        for name, value in keys.items()
    ]


def _rows(pool: UserPool, numbers: range) -> dict[Table, list[dict[str, Any]]]:
    """The rows that ``users.insert`` and ``groups.add_member`` leave.

    In the order of their subs: by names, which follow on each other, neighbours in a list would
    be neighbours in the table.
    """
    made = sorted((_user(pool, number) for number in numbers), key=lambda user: user.sub)
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
    searched = [row for user in made for row in _names(user, user_search.keys(user.attributes))]
    aliases = [
        row for user in made for row in _names(user, usernames.alias_keys(pool, user.attributes))
    ]
    return {
        schema.users: rows,
        schema.user_search: sorted(searched, key=_by_value),
        schema.user_aliases: sorted(aliases, key=_by_value),
        schema.group_members: [
            {"pool_id": pool.id, "group_name": _GROUP, "sub": user.sub} for user in made
        ],
    }


async def _fill(place: Place, db: Database, pool: UserPool, size: int) -> None:
    parts = [range(first, min(first + _BATCH, size)) for first in range(0, size, _BATCH)]
    if isinstance(place, str):
        connection = await asyncpg.connect(place)
        for part in parts:
            for table, rows in _rows(pool, part).items():
                await connection.copy_records_to_table(
                    table.name,
                    records=[tuple(row.values()) for row in rows],
                    columns=list(rows[0]),
                )
        await connection.close()
        return
    for part in parts:
        await db.write(_add, _rows(pool, part))


async def _add(transaction: Transaction, found: Mapping[Table, list[dict[str, Any]]]) -> None:
    for table, rows in found.items():
        await transaction.run_many(_ADD[table], rows)


def _by_value(row: Mapping[str, str]) -> tuple[str, str]:
    return row["attribute"], row["value_key"]


async def _insert(transaction: Transaction, pool: UserPool, numbers: range) -> None:
    for number in numbers:
        await users.insert(transaction, pool, _user(pool, number))


def _questions() -> list[Question]:
    def sign_in(last_digit: int) -> Callable[[UserPool, str, int], dict[str, Any]]:
        def ask(pool: UserPool, client_id: str, number: int) -> dict[str, Any]:
            user = number // 10 * 10 + last_digit
            parameters = {"USERNAME": f"user-{user:07}", "PASSWORD": world.PASSWORD}
            return {
                "ClientId": client_id,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": parameters,
            }

        return ask

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

    on, page = "page after page", "PaginationToken"
    return [
        Question("InitiateAuth", "sign-in with a password", sign_in(1), _SIGN_INS, distinct=_KNOWN),
        Question("InitiateAuth", "sign-in, beside the hash", sign_in(2), light=True),
        Question("AdminGetUser", "AdminGetUser by email", one),
        Question("ListUsers", "ListUsers", described),
        Question("ListUsers", f"ListUsers, {on}", described, token=page),
        *(Question("ListUsers", f"ListUsers {text}", listing(text)) for text in _FILTERS),
        *(
            Question("ListUsers", f"ListUsers {text}, {on}", listing(text), token=page)
            for text in _WALKED
        ),
        Question("ListUsersInGroup", "ListUsersInGroup", members),
        Question("ListUsersInGroup", f"ListUsersInGroup, {on}", members, token="NextToken"),
        Question("DescribeUserPool", "EstimatedNumberOfUsers", described),
    ]


class _Asker:
    """A kept connection to each server of a pool, without what an SDK adds of its own time."""

    def __init__(self, port: int, light_port: int, pool: UserPool, client_id: str) -> None:
        self._connections = [
            http.client.HTTPConnection("127.0.0.1", each, timeout=600)
            for each in (port, light_port)
        ]
        self._pool, self._client_id = pool, client_id
        self._tokens: dict[str, str | None] = {}

    def ms(self, question: Question, number: int) -> float:
        asked = question.ask(self._pool, self._client_id, number)
        token = self._tokens.get(question.name)
        if token is not None:
            asked[question.token] = token
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{question.operation}",
            "Authorization": _ANY_CREDENTIALS,
            "X-Amz-Date": "20260101T000000Z",
        }
        body = json.dumps(asked)
        connection = self._connections[question.light]
        started = time.perf_counter()
        connection.request("POST", "/", body, headers)
        answer = connection.getresponse()
        text = answer.read()
        taken = (time.perf_counter() - started) * 1000
        if answer.status != 200:
            raise SystemExit(f"{question.name}: {answer.status} {text.decode()}")
        if question.token:
            self._tokens[question.name] = json.loads(text).get(question.token)
        return taken


def _p50_ms(
    question: Question, small: _Asker, large: _Asker, size: int, random: Random
) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for turn in range(question.rounds):
        for found, asker, users_there in zip(times, (small, large), (SMALL, size), strict=True):
            number = random.randrange(users_there)
            if question.distinct:
                number = turn % question.distinct * (users_there // question.distinct)
            found.append(asker.ms(question, number))
    return statistics.median(times[0]), statistics.median(times[1])


def _judged(
    question: Question, small: _Asker, large: _Asker, size: int, random: Random
) -> tuple[float, float]:
    """Both p50; of three measurements, where the first is near the limit, that of median ratio."""
    _p50_ms(question, small, large, size, random)  # warms both up
    found = [_p50_ms(question, small, large, size, random)]
    if found[0][1] / found[0][0] > _NEAR_THE_LIMIT:
        found += [_p50_ms(question, small, large, size, random) for _ in range(2)]
    return sorted(found, key=lambda p50: p50[1] / p50[0])[len(found) // 2]


def _memory_mib(pid: int) -> float:
    """A server's own memory (Linux): the pages of the database's file belong to the system."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("RssAnon:")[1].split()[0]) / 1024


async def _grow(place: Place, pool_id: str, size: int) -> tuple[UserPool, float]:
    """Fill a pool with ``size`` users; how many a second ``users.insert`` adds at the end."""
    db = await open_database(place)
    pool = await pools.get(db, pool_id)
    await db.write(groups.insert, Group(pool.id, _GROUP, None, None, None, 0, 0))
    last = size - min(_INSERTED, size // 2)
    await _fill(place, db, pool, last)
    started = time.perf_counter()
    for first in range(last, size, _INSERTED // 2):
        await db.write(_insert, pool, range(first, min(first + _INSERTED // 2, size)))
    rate = (size - last) / (time.perf_counter() - started)
    await db.close()
    if isinstance(place, str):
        await _settle(place)
    return pool, rate


async def _settle(url: str) -> None:
    """What autovacuum, the checkpointer and a day of requests do by themselves."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("VACUUM ANALYZE")
        await connection.execute("CHECKPOINT")
        with contextlib.suppress(asyncpg.PostgresError):  # no superuser, or without contrib
            await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_prewarm")
            await connection.execute(_PREWARM)
    finally:
        await connection.close()


def _imported_a_second(idp: Any, pool_id: str, rows: int) -> float:
    """By an import job, from its start to its end."""
    header: list[str] = idp.get_csv_header(UserPoolId=pool_id)["CSVHeader"]
    made = {"email_verified": "TRUE", "cognito:mfa_enabled": "FALSE", "family_name": "Imported"}
    lines = [",".join(header)]
    for number in range(rows):
        name = f"imported-{number:07}"
        row = {**made, "cognito:username": name, "email": f"{name}@sea.test", "given_name": name}
        lines.append(",".join(row.get(each, "") for each in header))
    job = idp.create_user_import_job(
        UserPoolId=pool_id,
        JobName="growth",
        CloudWatchLogsRoleArn="arn:aws:iam::123456789012:role/import",
    )["UserImportJob"]
    upload = urllib.request.Request(
        job["PreSignedUrl"], "\n".join(lines).encode(), {"Content-Type": "text/csv"}, method="PUT"
    )
    urllib.request.urlopen(upload).close()
    started = time.perf_counter()
    idp.start_user_import_job(UserPoolId=pool_id, JobId=job["JobId"])
    while job["Status"] in ("Created", "Pending", "InProgress"):
        time.sleep(0.2)
        job = idp.describe_user_import_job(UserPoolId=pool_id, JobId=job["JobId"])["UserImportJob"]
    taken = time.perf_counter() - started
    if job["ImportedUsers"] != rows:
        raise SystemExit(f"import: {job}")
    return rows / taken


@dataclass(frozen=True, slots=True)
class _Grown:
    """A pool of some size under measurement; ``idp`` is boto3's client of its server."""

    asker: _Asker
    pid: int
    inserted_a_second: float
    idp: Any
    pool_id: str


def _grown(stack: ExitStack, directory: Path, database: str, size: int) -> _Grown:
    directory.mkdir()
    place = database or directory / DATABASE_FILE
    environment = {"POOLHOUSE_MASTER_KEY": _MASTER_KEY}
    if database:
        environment["POOLHOUSE_DATABASE"] = database
    port, light_port = free_port(), free_port()
    environment["POOLHOUSE_PUBLIC_URL"] = f"http://127.0.0.1:{port}"
    url, pid = stack.enter_context(world.running(directory, port, 1, environment=environment))
    stack.enter_context(
        world.running(directory, light_port, 1, environment={**environment, **_LIGHT})
    )
    idp = world.client(url, "cognito-idp")
    pool_id = idp.create_user_pool(
        PoolName="growth",
        AliasAttributes=["email", "phone_number"],
        AutoVerifiedAttributes=["email"],
    )["UserPool"]["Id"]
    app = idp.create_user_pool_client(
        UserPoolId=pool_id, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )
    pool, rate = asyncio.run(_grow(place, pool_id, size))
    asker = _Asker(port, light_port, pool, app["UserPoolClient"]["ClientId"])
    return _Grown(asker, pid, rate, idp, pool_id)


def run(directory: Path, databases: Sequence[str], large: int, imported: int) -> bool:
    """Print the table; whether each ratio is within what is accepted."""
    with ExitStack() as stack:
        small_pool, large_pool = (
            _grown(stack, directory / str(size), database, size)
            for database, size in zip(databases, (SMALL, large), strict=True)
        )
        random = Random(1)
        print(f"{time.strftime('%Y-%m-%d')}, commit {machine.commit()}, {machine.name()}")
        print(f"{'p50 in ms':60} {SMALL:>10} {large:>10}  ratio")
        fine = True
        for question in _questions():
            p50 = _judged(question, small_pool.asker, large_pool.asker, large, random)
            ratio = p50[1] / p50[0]
            fine = fine and ratio <= ACCEPTED_RATIO
            verdict = "" if ratio <= ACCEPTED_RATIO else f" above {ACCEPTED_RATIO}"
            row = f"{question.name:60} {p50[0]:10.3f} {p50[1]:10.3f} {ratio:6.2f}{verdict}"
            print(row, flush=True)
        both = (small_pool, large_pool)
        _print("memory of the server, MiB", [_memory_mib(each.pid) for each in both])
        _print("users added a second", [each.inserted_a_second for each in both])
        if imported:
            rates = [_imported_a_second(each.idp, each.pool_id, imported) for each in both]
            _print(f"users imported a second, {imported}", rates)
            _print("memory after the import, MiB", [_memory_mib(each.pid) for each in both])
        _print("load average: 1 and 15 minutes", [os.getloadavg()[0], os.getloadavg()[2]])
    return fine


def _print(name: str, figures: Sequence[float]) -> None:
    print(f"{name:60} {figures[0]:10.1f} {figures[1]:10.1f}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python3 dev.py bench growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--users", type=int, default=1_000_000)
    parser.add_argument("--imported", type=int, default=100_000, help="users of the CSV file")
    on = parser.add_mutually_exclusive_group()
    on.add_argument("--postgresql", action="store_true", help="started for the run; else SQLite")
    on.add_argument("--databases", nargs=2, metavar="URL", help="two empty ones of PostgreSQL")
    given = parser.parse_args()
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)  # PostgreSQL runs as somebody else
        databases = given.databases or ["", ""]
        if given.postgresql:
            quarter_mib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") >> 22
            postgresql = Postgresql(directory / "postgresql", f"shared_buffers={quarter_mib}MB")
            stack.callback(postgresql.close)
            for name in ("small", "large"):
                postgresql.query("primary", f"CREATE DATABASE {name}")
            databases = [postgresql.url("small"), postgresql.url("large")]
        return 0 if run(directory, databases, given.users, given.imported) else 1


if __name__ == "__main__":
    sys.exit(main())
