"""Measures what ``costs.json`` says: what each operation takes of a server and of its PostgreSQL.

CPU times, not the clock's, wherever a core is what is taken: they hold on a machine that others use
as well. Statements are counted by PostgreSQL (``pg_stat_statements``), bytes and flushes of the log
by ``pg_stat_wal``. Times of the log are the clock's; others who write make them longer.
"""

from __future__ import annotations

import asyncio
import base64
import http.client
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import argon2
import asyncpg

from benchmarks import machine, world
from benchmarks.postgresql_pair import PostgresqlPair, free_port
from benchmarks.world import Scenario
from poolhouse.settings import Settings
from poolhouse.store.buffered import INTERVAL_SECONDS

MASTER_KEY = base64.b64encode(bytes(32)).decode()
# Its count of statements is what costs are told by; everything else is as the how-to has it.
COUNTING = (
    "shared_preload_libraries=pg_stat_statements",
    "pg_stat_statements.track=all",
    "track_wal_io_timing=on",
)
_USERS = 40
_AT_A_TIME = 4
_PACED_SECONDS = 1.0  # longer than a buffer waits: each request is written by itself
_PACED = 12
_STATISTICS_SECONDS = 1.5  # PostgreSQL tells its counts a moment later
_COMMITTERS = 64
_COMMITS_ALONE = 200
_ROUND_TRIP_MS = 0.3  # between two machines of one site: nothing here can say
_HASHES = 25
_LOG_BYTES = 64 << 20
_CALLS = (
    "SELECT coalesce(sum(calls), 0), coalesce(sum(calls) FILTER (WHERE query = 'COMMIT'), 0)"
    " FROM pg_stat_statements WHERE dbid ="
    " (SELECT oid FROM pg_database WHERE datname = 'poolhouse')"
)
_WRITTEN = "SELECT wal_bytes FROM pg_stat_wal"
_FLUSHES = "SELECT wal_sync, wal_sync_time FROM pg_stat_wal"
# A hash that costs nothing leaves what a sign-in takes beside it.
_LIGHT = {"POOLHOUSE_HASH_MEMORY_KIB": "8", "POOLHOUSE_HASH_PASSES": "1"}


@dataclass(frozen=True, slots=True)
class _Counts:
    """What had been taken until some moment; the times are seconds of CPU."""

    server: float
    database: float
    standby: float
    statements: float
    commits: float
    log_bytes: float

    def since(self, before: _Counts, requests: int = 1) -> _Counts:
        """For each of the requests in between."""
        pairs = zip(astuple(self), astuple(before), strict=True)
        return _Counts(*((after - earlier) / requests for after, earlier in pairs))


class _Subject:
    """One server of one process on a primary with its standby."""

    def __init__(self, pair: PostgresqlPair, pid: int) -> None:
        self._pair = pair
        self._pid = pid

    def counts(self) -> _Counts:
        time.sleep(_STATISTICS_SECONDS)
        calls, commits = self._pair.query("primary", _CALLS, "poolhouse").split("|")
        log_bytes = self._pair.query("primary", _WRITTEN)
        return _Counts(
            machine.tree_seconds(self._pid),
            machine.tree_seconds(self._pair.pid("primary")),
            machine.tree_seconds(self._pair.pid("standby")),
            float(calls),
            float(commits),
            float(log_bytes),
        )


def measure(seconds: float) -> dict[str, Any]:
    """The document of ``costs.json``."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)  # PostgreSQL runs as somebody else
        pair = PostgresqlPair(directory / "postgresql", *COUNTING)
        stack.callback(pair.close)
        pair.query("primary", "CREATE EXTENSION pg_stat_statements", "poolhouse")
        environment = {
            "POOLHOUSE_DATABASE": pair.url("poolhouse"),
            "POOLHOUSE_MASTER_KEY": MASTER_KEY,
            **_LIGHT,
        }
        url, pid = stack.enter_context(
            world.running(directory / "data", free_port(), 1, environment=environment)
        )
        subject = _Subject(pair, pid)
        asked = _scenarios(url)
        idle = _idle(subject)
        found = {name: _operation(subject, each, seconds, idle) for name, each in asked.items()}
        log = _log_costs(pair, seconds)
        disk = _mib_per_second(directory)
    return _document(found, {**log, "log_mib_per_second": disk})


def _scenarios(url: str) -> dict[str, list[Scenario]]:
    """Requests of many users, so that none waits for another's row."""
    named = {each.name: each for each in world.scenarios_with(url, "none", srp=False)}
    sign_in = named["sign-in"]
    app = json.loads(sign_in.body)["ClientId"]
    idp = world.client(url, "cognito-idp")
    pool_id = idp.list_user_pools(MaxResults=1)["UserPools"][0]["Id"]
    bodies = []
    for number in range(_USERS):
        name = f"user-{number}"
        idp.admin_create_user(UserPoolId=pool_id, Username=name, MessageAction="SUPPRESS")
        idp.admin_set_user_password(
            UserPoolId=pool_id, Username=name, Password=world.PASSWORD, Permanent=True
        )
        parameters = {"USERNAME": name, "PASSWORD": world.PASSWORD}
        bodies.append(
            {"ClientId": app, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        )
    sign_ins = [
        Scenario("sign-in", "none", url, json.dumps(body), sign_in.headers, 2) for body in bodies
    ]
    refreshes = []
    for body in bodies:
        token = idp.initiate_auth(**body)["AuthenticationResult"]["RefreshToken"]
        asked = {
            "ClientId": app,
            "AuthFlow": "REFRESH_TOKEN_AUTH",
            "AuthParameters": {"REFRESH_TOKEN": token},
        }
        refreshes.append(Scenario("refresh", "none", url, json.dumps(asked), sign_in.headers, 2))
    return {
        "sign-in": sign_ins,
        "refresh": refreshes,
        "client_credentials": [named["client_credentials"]],
    }


def _idle(subject: _Subject) -> _Counts:
    """What a server does by itself in the time that the paced requests take."""
    before = subject.counts()
    time.sleep(_PACED * _PACED_SECONDS)
    return subject.counts().since(before)


def _operation(
    subject: _Subject, scenarios: Sequence[Scenario], seconds: float, idle: _Counts
) -> dict[str, Any]:
    """Under load, where buffered rows share their commits; then one by one, where none does."""
    _load(scenarios, 1.0)
    # Taken on either side: the processor's clock changes with what else it does.
    raw = [machine.raw_signatures_per_second()]
    before, begun = subject.counts(), time.monotonic()
    done = _load(scenarios, seconds)
    elapsed = time.monotonic() - begun
    loaded = subject.counts().since(before, done)
    raw.append(machine.raw_signatures_per_second())
    before = subject.counts()
    for number in range(_PACED):
        _repeat([scenarios[number % len(scenarios)]], time.monotonic())
        time.sleep(_PACED_SECONDS)
    alone = subject.counts().since(before).since(idle, _PACED)
    return {
        "loaded": loaded,
        "alone": alone,
        "shared": 1 / (1 + done / elapsed * INTERVAL_SECONDS),
        "signatures": scenarios[0].signatures,
        "signature_ms": 1000 / statistics.mean(raw),
    }


def _load(scenarios: Sequence[Scenario], seconds: float) -> int:
    """How many requests were answered; each connection has some of the scenarios to itself."""
    stop = time.monotonic() + seconds
    shares = [scenarios[number::_AT_A_TIME] or scenarios for number in range(_AT_A_TIME)]
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return sum(pool.map(lambda share: _repeat(share, stop), shares))


def _repeat(scenarios: Sequence[Scenario], stop: float) -> int:
    """At least one request."""
    place = urlsplit(scenarios[0].url)
    connection = http.client.HTTPConnection(place.netloc, timeout=30)
    done = 0
    while not done or time.monotonic() < stop:
        scenario = scenarios[done % len(scenarios)]
        connection.request("POST", place.path or "/", scenario.body, scenario.headers)
        answer = connection.getresponse()
        text: Any = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{scenario.name}: {answer.status} {text.decode()}")
        done += 1
    connection.close()
    return done


def _log_costs(pair: PostgresqlPair, seconds: float) -> dict[str, float]:
    """What a commit takes of the log: alone, and with many at a time."""
    pair.query("primary", "CREATE TABLE flushed (value bigint)", "poolhouse")
    local, both = asyncio.run(_waits_ms(pair.url("poolhouse")))
    before = _log(pair)
    commits = pair.repeat("INSERT INTO flushed VALUES (1)", _COMMITTERS, seconds)
    time.sleep(_STATISTICS_SECONDS)
    flushes, flushing_ms = (now - was for now, was in zip(_log(pair), before, strict=True))
    return {
        "log_flush_ms": flushing_ms / flushes,
        "standby_ms": max(0.0, both - local),
        "commits_per_flush": commits / flushes,
    }


def _log(pair: PostgresqlPair) -> tuple[float, float]:
    flushes, flushing_ms = pair.query("primary", _FLUSHES).split("|")
    return float(flushes), float(flushing_ms)


async def _waits_ms(url: str) -> tuple[float, float]:
    """Of one who commits alone: until the primary has flushed, and until the standby has too."""
    connection = await asyncpg.connect(url)
    medians = []
    for waiting in ("local", "on"):
        await connection.execute(f"SET synchronous_commit = {waiting}")
        times = []
        for number in range(_COMMITS_ALONE):
            begun = time.perf_counter()
            await connection.execute("INSERT INTO flushed VALUES ($1)", number)
            times.append((time.perf_counter() - begun) * 1000)
        medians.append(statistics.median(times))
    await connection.close()
    return medians[0], medians[1]


def _mib_per_second(directory: Path) -> float:
    """What the disk under PostgreSQL takes, flushed at the end."""
    content = os.urandom(_LOG_BYTES)
    rates = []
    for number in range(3):
        begun = time.perf_counter()
        with (directory / f"written-{number}").open("wb") as file:
            file.write(content)
            file.flush()
            os.fdatasync(file.fileno())
        rates.append(_LOG_BYTES / (1 << 20) / (time.perf_counter() - begun))
    return statistics.median(rates)


def _hash_ms() -> float:
    """Of a core, with the parameters that the server has by default."""
    settings = Settings()
    hasher = argon2.PasswordHasher(settings.hash_passes, settings.hash_memory_kib, 1)
    times = []
    for _ in range(_HASHES):
        begun = time.process_time()
        hasher.hash(world.PASSWORD)
        times.append(time.process_time() - begun)
    return statistics.median(times) * 1000


def _document(found: dict[str, dict[str, Any]], log: dict[str, float]) -> dict[str, Any]:
    """Solve what was measured for what the model takes."""
    refresh = found["refresh"]
    reading = [found[name]["loaded"] for name in ("refresh", "client_credentials")]
    statement_ms = 1000 * sum(each.database for each in reading)
    statement_ms /= sum(each.statements for each in reading)
    # These hardly write; what a sign-in takes beyond its statements is the writing.
    sign_in = found["sign-in"]["loaded"]
    commit_ms = sign_in.database * 1000 - sign_in.statements * statement_ms
    commit_ms = max(0.0, commit_ms / sign_in.commits)
    signature_ms = statistics.median(each["signature_ms"] for each in found.values())
    buffered = refresh["alone"].commits - refresh["loaded"].commits
    extra = refresh["alone"].statements - refresh["loaded"].statements
    buffer_statements = extra / buffered
    operations = {}
    for name, each in found.items():
        loaded: _Counts = each["loaded"]
        shared = each["shared"]  # commits for buffered rows are no operation's own
        operations[name] = {
            "server_ms": round(loaded.server * 1000 - each["signatures"] * each["signature_ms"], 3),
            "hashes": int(name == "sign-in"),
            "signatures": each["signatures"],
            "statements": round(loaded.statements - shared * buffer_statements, 1),
            "commits": round(max(0.0, loaded.commits - shared), 2),
            "log_kib": round(loaded.log_bytes / 1024, 2),
            "buffered": each["alone"].commits > loaded.commits + 0.5,
        }
    costs = {
        "hash_ms": _hash_ms(),
        "signature_ms": signature_ms,
        "statement_ms": statement_ms,
        "commit_ms": commit_ms,
        **log,
        "buffer_seconds": INTERVAL_SECONDS,
        "buffer_statements": buffer_statements,
    }
    return {
        "measured": {
            "date": time.strftime("%Y-%m-%d"),
            "commit": machine.commit(),
            "machine": machine.name(),
            "load_average": round(os.getloadavg()[0], 1),
        },
        "cpu_ms": {
            name: {
                "server": round(each["loaded"].server * 1000, 3),
                "primary": round(each["loaded"].database * 1000, 3),
                "standby": round(each["loaded"].standby * 1000, 3),
            }
            for name, each in found.items()
        },
        "assumed": {"round_trip_ms": _ROUND_TRIP_MS},
        "costs": {name: round(value, 4) for name, value in costs.items()},
        "operations": operations,
    }
