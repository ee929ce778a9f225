"""SQLite: direct reads, and one writer that commits waiting writes together.

A file in WAL mode. A small read takes microseconds and is made right on the event loop. Writes go
to one thread per process that runs every waiting piece of work in one transaction, each in its own
savepoint, and answers after the commit: acknowledged means durable (``synchronous=FULL``). Several
processes take turns through a lock file, because SQLite's own busy handler starves some of them.
"""

from __future__ import annotations

import asyncio
import fcntl
import queue
import sqlite3
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from poolhouse.store.database import DatabaseClosed, Reader, Row, Transaction, refuse_nul
from poolhouse.store.statements import Statement

T = TypeVar("T")
P = ParamSpec("P")

_LARGEST_BATCH = 256
_MAPPED_BYTES = 0x7FFF0000  # the most that SQLite is compiled for


class _Connection:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        compiled = statement.sqlite
        cursor = self._execute(compiled.text, compiled.parameters(parameters))
        row = cursor.fetchone()
        cursor.close()
        return cast("Row | None", row)

    async def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        compiled = statement.sqlite
        return self._execute(compiled.text, compiled.parameters(parameters)).fetchall()

    def state(self) -> object | None:
        return None  # a transaction sees what it has written itself

    async def run(self, statement: Statement, **parameters: Any) -> int:
        refuse_nul(parameters)
        compiled = statement.sqlite
        return self._execute(compiled.text, compiled.parameters(parameters)).rowcount

    async def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        for row in rows:
            await self.run(statement, **row)


@contextmanager
def snapshot(path: Path) -> Iterator[Reader]:
    """Read a file as it is now, whatever is written meanwhile."""
    connection = connect(path)
    try:
        connection.execute("BEGIN")
        yield _Connection(connection)
    finally:
        connection.close()


class _Job:
    __slots__ = ("error", "future", "loop", "result", "work")

    def __init__(
        self,
        work: Callable[[Transaction], Coroutine[Any, Any, Any]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.work = work
        self.loop = loop
        self.future: asyncio.Future[Any] = loop.create_future()
        self.result: Any = None
        self.error: BaseException | None = None

    def settle(self) -> None:
        if self.future.done():  # the caller was cancelled; the write stands all the same
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


def connect(path: Path, *, durability: str = "full") -> sqlite3.Connection:
    """A connection set up as every connection of the house is."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=30.0
    )
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute(f"PRAGMA synchronous={'FULL' if durability == 'full' else 'NORMAL'}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA case_sensitive_like=ON")
    return connection


class SqliteDatabase:
    """The open file of one server process. Reads through itself; writes through ``write``."""

    def __init__(self, path: Path, *, durability: str = "full") -> None:
        self.path = path
        self._read_connection = connect(path, durability=durability)
        self._write_connection = connect(path, durability=durability)
        self._data_version = -1
        self._state = object()
        self._state_is_known = False
        self._reader = _Connection(self._read_connection)
        self.one = self._reader.one
        self._mapped_connection: sqlite3.Connection | None = None
        self._turns = open(path.with_suffix(".writer"), "ab")  # noqa: SIM115 - closed in close()
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._write_forever, name="writer", daemon=True)
        self._thread.start()

    async def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        if not statement.scattered:
            return await self._reader.all(statement, **parameters)
        if self._mapped_connection is None:
            self._mapped_connection = self._map()
        return await _Connection(self._mapped_connection).all(statement, **parameters)

    def _map(self) -> sqlite3.Connection:
        """A connection that reads the file through memory.

        A page of users lies all over a large table. Mapped, its rows cost no call to the system
        and no copy; what is mapped is the system's memory, which it takes back when it needs it.
        Only for that: after each commit of anybody the whole of it is mapped anew, and a few rows
        are read sooner than that is done.
        """
        connection = connect(self.path)
        connection.execute(f"PRAGMA mmap_size={_MAPPED_BYTES}")
        return connection

    def state(self) -> object | None:
        # Asked once in a turn of the event loop: whoever is answered in this turn had sent the
        # request before it began, and what they knew of was committed by then.
        if not self._state_is_known:
            asyncio.get_running_loop().call_soon(self._forget_state)
            (version,) = self._read_connection.execute("PRAGMA data_version").fetchone()
            if version != self._data_version:
                self._data_version, self._state = version, object()
            self._state_is_known = True
        return self._state

    def _forget_state(self) -> None:
        self._state_is_known = False

    async def write(
        self,
        work: Callable[Concatenate[Transaction, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        if self._closed:
            raise DatabaseClosed("the database is closed")

        def bound(transaction: Transaction) -> Coroutine[Any, Any, Any]:
            return cast("Coroutine[Any, Any, Any]", work(transaction, *args, **kwargs))

        job = _Job(bound, asyncio.get_running_loop())
        self._jobs.put(job)
        return cast("T", await job.future)

    async def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        self._thread.join()
        self._read_connection.close()
        if self._mapped_connection is not None:
            self._mapped_connection.close()
        self._write_connection.close()
        self._turns.close()

    def _write_forever(self) -> None:
        stopping = False
        while not stopping:
            job = self._jobs.get()
            batch: list[_Job] = []
            while True:
                if job is None:
                    stopping = True
                    break
                batch.append(job)
                if len(batch) >= _LARGEST_BATCH:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            if batch:
                self._commit(batch)

    def _commit(self, batch: list[_Job]) -> None:
        connection = self._write_connection
        # Whatever goes wrong here is every caller's error, and never the end of the writer: a
        # dead thread would leave all later writes waiting for ever.
        try:
            fcntl.flock(self._turns, fcntl.LOCK_EX)
            try:
                connection.execute("BEGIN IMMEDIATE")
                if len(batch) == 1:
                    _run(batch[0], connection)
                    connection.execute("COMMIT" if batch[0].error is None else "ROLLBACK")
                else:
                    for job in batch:
                        _run_in_savepoint(job, connection)
                    connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                fcntl.flock(self._turns, fcntl.LOCK_UN)
        except Exception as error:
            for job in batch:
                job.error = error
        for loop in {job.loop for job in batch}:
            jobs = [job for job in batch if job.loop is loop]
            try:
                loop.call_soon_threadsafe(_settle_all, jobs)
            except RuntimeError:  # the loop has ended; nobody waits for the answer any more
                continue


def _settle_all(jobs: list[_Job]) -> None:
    for job in jobs:
        job.settle()


def _run_in_savepoint(job: _Job, connection: sqlite3.Connection) -> None:
    connection.execute("SAVEPOINT work")
    _run(job, connection)
    if job.error is not None:
        connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")


def _run(job: _Job, connection: sqlite3.Connection) -> None:
    coroutine = job.work(_Connection(connection))
    try:
        coroutine.send(None)
    except StopIteration as done:
        job.result = done.value
    except BaseException as error:
        job.error = error
    else:
        coroutine.close()
        job.error = RuntimeError("work in a transaction waited for something outside of it")
