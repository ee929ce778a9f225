"""Which database the tests run on: SQLite, or with ``POOLHOUSE_TEST_DATABASE=postgresql`` that.

The same tests, each with a database of its own: a file, or a copy of a migrated template.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import threading
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import asyncpg

from poolhouse.store import migrate
from poolhouse.store.database import Database, Place, open_database
from postgresql_cluster import Cluster

T = TypeVar("T")

WISH = "POOLHOUSE_TEST_DATABASE"
_CLUSTER = "POOLHOUSE_TEST_CLUSTER"
"""Where this run's cluster is: told by the process that started it to those it starts."""

_TEMPLATE = "poolhouse_template"
MASTER_KEY = "dGVzdHMgc2VhbCB3aXRoIHRoaXMga2V5LCAzMiBieXQ="


def on_postgresql() -> bool:
    return os.environ.get(WISH, "sqlite") == "postgresql"


def start() -> Cluster:
    """Start the run's cluster, with the template in it."""
    cluster = Cluster()
    os.environ[_CLUSTER] = cluster.url("{}")
    _elsewhere(_execute(f"CREATE DATABASE {_TEMPLATE}"))
    _elsewhere(migrate.prepare(_url(_TEMPLATE), may_upgrade=True))
    return cluster


def place(path: Path) -> Place:
    """The database that stands for the file ``path``: migrated, and the same each time."""
    if not on_postgresql():
        migrate.upgrade(path)
        return path
    name = f"t{hashlib.sha256(str(path).encode()).hexdigest()[:24]}"
    _elsewhere(_make(name, f"TEMPLATE {_TEMPLATE}"))
    return _url(name)


def empty_place(path: Path) -> Place:
    """The same without any table."""
    if not on_postgresql():
        return path
    name = f"e{hashlib.sha256(str(path).encode()).hexdigest()[:24]}"
    _elsewhere(_make(name, "TEMPLATE template0"))
    return _url(name)


async def opened(path: Path, *, durability: str = "normal") -> Database:
    return await open_database(place(path), durability=durability, connections=8)


def settings(data: Path) -> dict[str, Any]:
    """What a server needs to be told of the database for a data directory."""
    if not on_postgresql():
        return {}
    data.mkdir(parents=True, exist_ok=True)
    return {"database": place(data), "master_key": MASTER_KEY}


def _url(name: str) -> str:
    return os.environ[_CLUSTER].format(name)


async def _make(name: str, how: str) -> None:
    try:
        await _execute(f"CREATE DATABASE {name} {how}")
    except (asyncpg.DuplicateDatabaseError, asyncpg.UniqueViolationError):
        return


async def _execute(text: str) -> None:
    connection = await asyncpg.connect(_url("postgres"))
    try:
        await connection.execute(text)
    finally:
        await connection.close()


def _elsewhere(work: Coroutine[Any, Any, T]) -> T:
    """On a loop of its own, also where one runs already."""
    outcome: list[T] = []
    thread = threading.Thread(target=lambda: outcome.append(asyncio.run(work)))
    thread.start()
    thread.join()
    return outcome[0]
