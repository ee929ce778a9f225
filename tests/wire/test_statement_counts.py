"""How many statements the hot requests make: each one more is paid for by every token."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from poolhouse.store.sqlite import SqliteDatabase
from server import Server, running
from token_reading import unverified

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def quiet_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Without the audit trail, which writes for many requests at once, at a time of its own."""
    with running(tmp_path_factory.mktemp("quiet"), audit="off") as started:
        yield started


@pytest.fixture(scope="module")
def scenarios(quiet_server: Server) -> dict[tuple[str, str], Any]:
    """The requests that the benchmark repeats."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT))
        from benchmarks import world
    found = [
        each
        for trigger in ("none", "python")
        for each in world.scenarios_with(quiet_server.url, trigger)
    ]
    return {(each.name, each.trigger): each for each in found}


class Count:
    """Statements of one request, by table, and pieces of writing."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        db = server.house.db
        self.read: list[str] = []
        self.written: list[str] = []
        one, all_, write = db.one, db.all, db.write

        async def counted_one(statement: Any, **parameters: Any) -> Any:
            self.read.append(statement.sqlite.text)
            return await one(statement, **parameters)

        async def counted_all(statement: Any, **parameters: Any) -> Any:
            self.read.append(statement.sqlite.text)
            return await all_(statement, **parameters)

        async def counted_write(work: Any, /, *arguments: Any, **parameters: Any) -> Any:
            self.written.append(work.__name__)
            return await write(work, *arguments, **parameters)

        monkeypatch.setattr(db, "one", counted_one)
        monkeypatch.setattr(db, "all", counted_all)
        monkeypatch.setattr(db, "write", counted_write)


# Reads: app client, pool, refresh token with its sign-in, user, groups; app client, pool, resource
# server; the function behind a trigger. SQLite says when nothing was committed, and then settings
# need no read. The rules of governance are read once a second.
@pytest.mark.parametrize(
    ("scenario", "trigger", "reads", "kept", "writes"),
    [
        ("refresh", "none", 3, 2, 0),
        ("refresh", "python", 3, 3, 0),
        ("client_credentials", "none", 0, 3, 0),
        ("client_credentials", "python", 0, 4, 0),
        ("sign-in", "none", 7, 0, 1),  # the one before it has written
        ("jwks", "none", 0, 1, 0),
    ],
)
def test_statements_of_a_request(
    quiet_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    scenarios: dict[tuple[str, str], Any],
    scenario: str,
    trigger: str,
    reads: int,
    kept: int,
    writes: int,
) -> None:
    wanted = scenarios[scenario, trigger]
    body = wanted.body.encode() if wanted.body else None
    request = urllib.request.Request(wanted.url, body, wanted.headers, method=wanted.method)
    urllib.request.urlopen(request).close()  # what is kept is kept from now on
    count = Count(quiet_server, monkeypatch)
    with urllib.request.urlopen(request) as answer:
        document = json.load(answer)
    assert len(count.written) == writes, count.written
    says_when = isinstance(quiet_server.house.db, SqliteDatabase)
    most = reads + (0 if says_when else kept) + 1
    assert len(count.read) <= most, count.read
    if scenario == "client_credentials":
        assert ("demo:membershipLevel" in unverified(document["access_token"])) == (
            trigger != "none"
        )
