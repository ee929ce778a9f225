"""Several hosts of one PostgreSQL: the one that answers is found, whatever the others do."""

from __future__ import annotations

import asyncio
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest

import databases
from poolhouse.store.postgresql import Hosts, addresses


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("postgresql://one/name", [("one", 5432)]),
        ("postgresql://ines:p%40ss@one:1,other:2/name?x=y", [("one", 1), ("other", 2)]),
        ("postgresql://[::1]:5433,[::2]/name", [("::1", 5433), ("::2", 5432)]),
        ("postgresql:///name?host=/run/postgresql", []),
        ("postgresql://ines@/name?host=/run/postgresql", []),
    ],
)
def test_hosts_are_read_from_the_url(url: str, found: list[tuple[str, int]]) -> None:
    assert addresses(url) == found


class _Asked:
    """What stands for asyncpg's connect: which hosts answer, and which was asked when."""

    def __init__(self, answering: str) -> None:
        self.answering = answering
        self.hosts: list[str] = []

    async def connect(self, url: str, *, host: str, port: int, timeout: float) -> object:  # noqa: ASYNC109 - asyncpg's name
        self.hosts.append(host)
        if host != self.answering:
            async with asyncio.timeout(timeout):
                await asyncio.Event().wait()
        return _Connection()


class _Connection:
    class _Transport:
        def get_extra_info(self, name: str) -> None:
            return None

    _transport = _Transport()


async def test_a_silent_host_does_not_take_the_time_of_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = _Asked("other")
    monkeypatch.setattr(asyncpg, "connect", asked.connect)
    hosts = Hosts("postgresql://one,other/name")
    await hosts.connect("", timeout=0.02)
    await hosts.connect("", timeout=0.02)
    assert asked.hosts == ["one", "other", "other"], "what answered last is asked first"
    asked.answering = "one"
    await hosts.connect("", timeout=0.02)
    assert asked.hosts[3:] == ["other", "one"]
    asked.answering = "nobody"
    with pytest.raises(TimeoutError):
        await hosts.connect("", timeout=0.02)


@pytest.mark.skipif(not databases.on_postgresql(), reason="needs PostgreSQL")
async def test_the_real_thing_behind_one_that_accepts_and_is_silent(tmp_path: Path) -> None:
    url = str(databases.place(tmp_path / "accounts.sqlite"))
    parts = urlsplit(url)
    socket_directory = parts.query.removeprefix("host=")

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_unix_connection(f"{socket_directory}/.s.PGSQL.5432")
        await asyncio.gather(_copy(reader, back), _copy(there, writer))

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    silent = await asyncio.start_server(swallow, "127.0.0.1", 0)
    real = await asyncio.start_server(forward, "127.0.0.1", 0)
    ports = [each.sockets[0].getsockname()[1] for each in (silent, real)]
    where = f"postgresql://poolhouse@127.0.0.1:{ports[0]},127.0.0.1:{ports[1]}{parts.path}"
    connection = await Hosts(where).connect(where, timeout=2.0)
    assert await connection.fetchval("SELECT 1") == 1
    await connection.close()
    for each in (silent, real):
        each.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
