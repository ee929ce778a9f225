"""Every statement goes through an index: its cost depends on what it finds, not on the table.

Judged by the plan, not by time. What walks a whole table, or sorts, is named here with the reason.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import asyncpg
import pytest

import databases
from poolhouse.store import postgresql
from poolhouse.store.database import Place
from poolhouse.store.schema import metadata
from poolhouse.store.statements import Compiled, Statement
from store_statements import statements

WHOLE_TABLES = {
    "audit._POOLS": "asked by the person who verifies or exports everything",
    "copying._INSTALLATION": "a handful of rows",
    "functions._ALL_DOCUMENTS": "at start: which packages are still used",
    "inbox._LISTINGS": "development only",
    "installation._ANY_KEY": "stops at the first row, at start",
}
# Tables that grow with the users of a pool: what asks for no more than the pool is as bad there.
OF_USERS = {table.name for table in metadata.sorted_tables if "sub" in table.c}
WHOLE_POOLS = {
    "pools._DELETE_EVERYTHING": "a pool with everything in it",
    "pools._SUB_BEHIND": "stops after a thousand",
    "pools._USERS": "a thousand at most: more are estimated",
}
SORTED = {
    "audit._CHAINS": "asked by the person who verifies everything",
    "audit._DELETE_OLD": "those of one millisecond",
    "audit._HEADS": "one row per chain, when a chain begins",
    "audit._SPAN": "those of one millisecond",
    "auth_sessions._PENDING": "those of one user",
    "clients._SECRETS": "two at most",
    "copying._INSTALLATION": "a handful of rows",
    "groups._MEMBERS_PAGE": "a page",
    "groups._OF_USER": "those of one user",
    "inbox._LISTINGS": "development only",
    "pools._PAGE": "pools are few, beside what is in them",
    "replicas._BETWEEN": "pools are few, beside what is in them",
    "user_sessions._LIVE": "those of one user",
    "user_lookup._BY_ALIAS": "two rows at most",
}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    return databases.place(tmp_path_factory.mktemp("plans") / "plans.sqlite")


def _allowed(place: str, names: dict[str, str]) -> bool:
    return any(place == name or place.startswith(f"{name}[") for name in names)


def _sqlite_steps(path: Path, compiled: Compiled) -> list[str]:
    parameters = dict.fromkeys(compiled.names, 1) | dict(compiled.constants)
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(f"EXPLAIN QUERY PLAN {compiled.text}", parameters).fetchall()
    return [str(row[3]) for row in rows]


def _nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [plan, *(node for child in plan.get("Plans", []) for node in _nodes(child))]


async def _postgresql_steps(url: str, compiled: Compiled) -> list[str]:
    connection = await asyncpg.connect(url, server_settings=postgresql.SESSION)
    try:
        prepared = await connection.prepare(compiled.text)
        samples = {"text": "x", "varchar": "x", "int8": 1, "int4": 1, "bytea": b"x"}
        values = [samples[kind.name] for kind in prepared.get_parameters()]
        (explained,) = await prepared.explain(*values)
    finally:
        await connection.close()
    return [node["Node Type"] for node in _nodes(explained["Plan"])]


@pytest.mark.parametrize("name", statements())
async def test_a_statement_goes_through_an_index(place: Place, name: str) -> None:
    statement: Statement = statements()[name]
    if isinstance(place, Path):
        steps = _sqlite_steps(place, statement.sqlite)
        # What a subquery found is no table; how it is found are steps of their own.
        found_already = ("CONSTANT ROW", "SCAN anon_")
        scans = [
            step
            for step in steps
            if step.startswith("SCAN") and not any(each in step for each in found_already)
        ]
        sorts = [step for step in steps if "TEMP B-TREE" in step]
        if not _allowed(name, WHOLE_POOLS):
            wide = [step for step in steps if step.endswith("(pool_id=?)")]
            assert not [step for step in wide if step.split()[1] in OF_USERS], steps
    else:
        steps = await _postgresql_steps(place, statement.postgresql)
        scans = [step for step in steps if step == "Seq Scan"]
        sorts = [step for step in steps if "Sort" in step]
        assert not {"Merge Join", "Hash Join", "Gather", "Gather Merge"} & set(steps), steps
    if not _allowed(name, WHOLE_TABLES):
        assert not scans, steps
    if not _allowed(name, SORTED):
        assert not sorts, steps
