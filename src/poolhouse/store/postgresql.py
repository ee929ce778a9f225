"""PostgreSQL: a few connections per process, short transactions, and another try where work met.

Work is written as if it were alone, as SQLite's one writer makes it be. PostgreSQL gives the same
promise with SERIALIZABLE: work that would have seen or decided something else had it come after its
neighbour is undone, and run again here. Reads outside of work are single statements.
"""

from __future__ import annotations

import asyncio
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar
from urllib.parse import urlsplit

import asyncpg
from asyncpg import exceptions

from poolhouse.store.database import (
    DatabaseBusy,
    DatabaseClosed,
    Reader,
    Row,
    Transaction,
    refuse_nul,
)
from poolhouse.store.statements import Statement

T = TypeVar("T")
P = ParamSpec("P")

Isolation = Literal["read_committed", "serializable"]

_ATTEMPTS = 12
# Of our own: who seeds Python's common one to repeat a run is not disturbed by what goes on here.
_chance = random.Random()  # noqa: S311 - no secret
_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 5.0
_MANY_ROWS_SECONDS = 120.0
# A host that lost its power answers nothing, not even that: without these a request would wait
# for it as long as the kernel tries, a quarter of an hour.
_SILENCE = {
    "SO_KEEPALIVE": (socket.SOL_SOCKET, 1),
    "TCP_KEEPIDLE": (socket.IPPROTO_TCP, 3),
    "TCP_KEEPINTVL": (socket.IPPROTO_TCP, 1),
    "TCP_KEEPCNT": (socket.IPPROTO_TCP, 3),
    "TCP_USER_TIMEOUT": (socket.IPPROTO_TCP, 6000),
}

# Work met other work, or a plan that a migration has outdated: nothing was written.
_MET = (
    exceptions.SerializationError,
    exceptions.DeadlockDetectedError,
    exceptions.InvalidCachedStatementError,
)
# The server went away, or is no primary any more: another connection may find the one that is.
_GONE = (
    exceptions.PostgresConnectionError,
    exceptions.AdminShutdownError,
    exceptions.CrashShutdownError,
    exceptions.CannotConnectNowError,
    exceptions.TooManyConnectionsError,
    exceptions.ReadOnlySQLTransactionError,
    exceptions.InternalClientError,
)
# What a standby answers to the beginning of serializable work (SQLSTATE 0A000).
_STANDBY = exceptions.FeatureNotSupportedError
# The same, when the connection is lost; of a healthy one they are errors like any other.
_PERHAPS_GONE = (OSError, exceptions.InterfaceError)
SESSION = {
    "application_name": "poolhouse",
    # Tables begin small, and a scan of a whole table meets whatever is written to it.
    "enable_seqscan": "off",
    # A page joins its sixty rows one by one. Merged or hashed, another table is read from its
    # beginning, and of a million rows the planner may think that it does not take long.
    "enable_mergejoin": "off",
    "enable_hashjoin": "off",
    # Both take longer to begin than any statement here to end.
    "jit": "off",
    "max_parallel_workers_per_gather": "0",
    "idle_in_transaction_session_timeout": "60s",
}


class _TryAgain(Exception):
    """Nothing was written; ``met``: because of other work."""

    def __init__(self, *, met: bool) -> None:
        super().__init__()
        self.met = met


class _Connection:
    """A transaction on one connection."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def state(self) -> object | None:
        return None

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        text, values = _ready(statement, parameters)
        if values is None:
            return None
        row = await self._connection.fetchrow(text, *values)
        return None if row is None else tuple(row)

    async def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        text, values = _ready(statement, parameters)
        if values is None:
            return []
        return [tuple(row) for row in await self._connection.fetch(text, *values)]

    async def run(self, statement: Statement, **parameters: Any) -> int:
        refuse_nul(parameters)
        text, values = _ready(statement, parameters)
        tag: str = await self._connection.execute(text, *(values or ()))
        return int(tag.rpartition(" ")[2])

    async def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            refuse_nul(row)
        ready = [_ready(statement, row)[1] for row in rows]
        # asyncpg waits for ever where the connection is lost while it sends.
        await self._connection.executemany(
            statement.postgresql.text, ready, timeout=_MANY_ROWS_SECONDS
        )


def _ready(statement: Statement, parameters: Mapping[str, Any]) -> tuple[str, list[Any] | None]:
    """Text and values in their order; no values when nothing can match: no text has a NUL."""
    compiled = statement.postgresql
    given = compiled.parameters(parameters)
    values = [given[name] for name in compiled.names]
    if any(isinstance(value, str) and "\0" in value for value in values):
        return compiled.text, None
    return compiled.text, values


class PostgresqlDatabase:
    """The connections of one server process. Made by :meth:`open`; belongs to one event loop."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._closed = False
        self._writing: set[asyncio.Task[Any]] = set()
        self._trying_again = asyncio.Lock()

    @classmethod
    async def open(cls, url: str, *, durability: str, connections: int) -> PostgresqlDatabase:
        """Connect. Raises :class:`DatabaseBusy` when that is not possible."""
        try:
            pool = await asyncpg.create_pool(
                url,
                connect=Hosts(url).connect,
                min_size=1,
                max_size=connections,
                timeout=_CONNECT_SECONDS,
                statement_cache_size=1024,
                max_cached_statement_lifetime=0,
                # The default asks the server to forget everything, one more round trip each time;
                # nothing here changes a connection, and an open transaction is undone anyway.
                reset=_nothing_to_reset,
                server_settings={
                    **SESSION,
                    "synchronous_commit": "on" if durability == "full" else "off",
                },
            )
        except (OSError, ValueError, exceptions.PostgresError, exceptions.InterfaceError) as error:
            raise DatabaseBusy(f"the database cannot be reached: {error}") from error
        return cls(pool)

    def state(self) -> object | None:
        return None  # only the server knows

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        async def read(connection: Any) -> Row | None:
            return await _Connection(connection).one(statement, **parameters)

        return await self._read(read)

    async def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        async def read(connection: Any) -> list[Row]:
            return await _Connection(connection).all(statement, **parameters)

        return await self._read(read)

    async def write(
        self,
        work: Callable[Concatenate[Transaction, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if self._closed:
            raise DatabaseClosed("the database is closed")
        marked = getattr(work, "read_committed", False)
        isolation: Isolation = "read_committed" if marked else "serializable"

        async def bound(transaction: Transaction) -> T:
            return await work(transaction, *args, **kwargs)

        # A task of its own: a caller that is cancelled leaves no half-sent commit behind.
        task = asyncio.ensure_future(self._write(bound, isolation))
        self._writing.add(task)
        task.add_done_callback(self._written)
        return await asyncio.shield(task)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        await asyncio.gather(*self._writing, return_exceptions=True)
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._pool.close()
        except TimeoutError:
            self._pool.terminate()

    def _written(self, task: asyncio.Task[Any]) -> None:
        self._writing.discard(task)
        if not task.cancelled():
            task.exception()  # somebody has seen it, even if the caller is gone

    async def _read(self, read: Callable[[Any], Awaitable[T]]) -> T:
        for pause in _pauses():
            try:
                async with self._connection() as connection:
                    return await read(connection)
            except _TryAgain:
                await asyncio.sleep(pause)
        raise DatabaseBusy("the database cannot be reached")

    async def _write(self, work: Callable[[Transaction], Awaitable[T]], isolation: Isolation) -> T:
        met = False
        for pause in _pauses():
            try:
                # Of the work that met other work one piece at a time tries again, so that the same
                # do not meet for ever: what is left is other processes, and what comes anew.
                async with self._trying_again if met else nullcontext():
                    return await self._attempt(work, isolation)
            except _TryAgain as again:
                met = again.met
                await asyncio.sleep(pause)
        raise DatabaseBusy("the work was undone each time that it was tried")

    async def _attempt(
        self, work: Callable[[Transaction], Awaitable[T]], isolation: Isolation
    ) -> T:
        """Raises :class:`_TryAgain`, and what the work raises; then nothing was written."""
        async with self._connection() as connection:
            transaction = connection.transaction(isolation=isolation)
            try:
                await transaction.start()
            except _STANDBY as error:
                await self._pool.expire_connections()
                raise _TryAgain(met=False) from error
            try:
                result = await work(_Connection(connection))
            except BaseException:
                if not connection.is_closed():
                    await transaction.rollback()
                raise
            try:
                await transaction.commit()
            except (*_GONE, *_PERHAPS_GONE) as error:
                # Nobody knows whether it was written: to run it again could do it twice.
                raise DatabaseBusy("the connection was lost in the middle of a commit") from error
            return result

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Any]:
        """One of the connections. Raises :class:`_TryAgain` for what another try may mend."""
        healthy = False
        try:
            async with self._pool.acquire() as connection:
                try:
                    yield connection
                except _PERHAPS_GONE:
                    healthy = not connection.is_closed()
                    raise
                except exceptions.InternalClientError:
                    # The server's farewell came between two statements.
                    connection.terminate()
                    raise
        except _MET as error:
            raise _TryAgain(met=True) from error
        except (*_GONE, *_PERHAPS_GONE) as error:
            if self._closed:
                raise DatabaseClosed("the database is closed") from error
            if healthy and isinstance(error, _PERHAPS_GONE):
                raise
            await self._pool.expire_connections()
            raise _TryAgain(met=False) from error


class Hosts:
    """Makes connections to the host that was right last; when it is not, to the others in turn.

    One host that does not answer takes its own time, and not that of the host behind it.
    """

    def __init__(self, url: str) -> None:
        self._addresses = addresses(url)

    async def connect(self, url: str, *, timeout: float, **arguments: Any) -> Any:  # noqa: ASYNC109
        """What asyncpg's pool calls. Raises what the last of the hosts raised."""
        if len(self._addresses) < 2:
            return _watched(await asyncpg.connect(url, timeout=timeout, **arguments))
        each_seconds = timeout / len(self._addresses)
        last: Exception = OSError("no host")
        for address in list(self._addresses):
            host, port = address
            try:
                connection = await asyncpg.connect(
                    url, host=host, port=port, timeout=each_seconds, **arguments
                )
            except (*_GONE, OSError) as error:
                last = error
                continue
            self._addresses.sort(key=lambda each: each != address)
            return _watched(connection)
        raise last


def addresses(url: str) -> list[tuple[str, int]]:
    """Hosts and ports of a URL like ``postgresql://user@one,other:5433/name``, in their order."""
    found = []
    for each in urlsplit(url).netloc.rpartition("@")[2].split(","):
        host, colon, port = each.rpartition(":")
        if not colon or port.endswith("]"):  # no port, perhaps after an IPv6 address
            host, port = each, "5432"
        if host:
            found.append((host.strip("[]"), int(port or 5432)))
    return found


def _watched(connection: Any) -> Any:
    # asyncpg has no other way to its socket.
    its_socket = connection._transport.get_extra_info("socket")
    if its_socket is not None and its_socket.family != socket.AF_UNIX:
        for name, (level, value) in _SILENCE.items():
            if hasattr(socket, name):  # not on every system
                its_socket.setsockopt(level, getattr(socket, name), value)
    return connection


@asynccontextmanager
async def snapshot(url: str) -> AsyncIterator[Reader]:
    """Read a database as it is now, whatever is written meanwhile."""
    connection = await asyncpg.connect(url, timeout=_CONNECT_SECONDS, server_settings=SESSION)
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield _Connection(connection)
    finally:
        await connection.close()


def _pauses() -> Iterator[float]:
    """Seconds between attempts: longer each time, and never the same in two processes."""
    for number in range(_ATTEMPTS):
        yield _chance.uniform(0.3, 1.0) * min(0.005 * 2**number, 1.0)


async def _nothing_to_reset(connection: Any) -> None:
    """What asyncpg calls before a connection goes back to the others."""
