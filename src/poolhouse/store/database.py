"""What the store asks of a database, and the two that there are.

Reads and work are written with ``await``, once, for both: SQLite (:mod:`poolhouse.store.sqlite`),
which never waits, and PostgreSQL (:mod:`poolhouse.store.postgresql`), which several servers share.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from poolhouse.errors import InvalidParameterException
from poolhouse.store.statements import Statement

Row = tuple[Any, ...]
T = TypeVar("T")
P = ParamSpec("P")
Work = TypeVar("Work", bound=Callable[..., Any])

Place = Path | str
"""Where a database is: the file of SQLite, or the URL of PostgreSQL (``postgresql://…``)."""


class Reader(Protocol):
    """What a query needs: rows are tuples in the order of the selected columns."""

    async def one(self, statement: Statement, **parameters: Any) -> Row | None: ...
    async def all(self, statement: Statement, **parameters: Any) -> list[Row]: ...

    def state(self) -> object | None:
        """Stands for all that is committed: the same object for as long as nobody, in whichever
        process, commits anything. None where that cannot be known without asking.

        What was read after this was asked holds for as long as the answer stays the same.
        """
        ...


class Transaction(Reader, Protocol):
    """A reader that may write. Work in a transaction awaits nothing but this."""

    async def run(self, statement: Statement, **parameters: Any) -> int:
        """Execute and return the number of rows touched: what decides a compare-and-swap.

        Raises :class:`InvalidParameterException` for text with a NUL character.
        """
        ...

    async def run_many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for each of ``rows``, without a way to the server for each."""
        ...


class Database(Reader, Protocol):
    """The open database of one server process. Reads through itself; writes through ``write``."""

    async def write(
        self,
        work: Callable[Concatenate[Transaction, P], Awaitable[T]],
        /,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run ``work(transaction, ...)`` and return its result once it is durable.

        All work happens as if one piece came after the other, in every process, unless it is
        marked :func:`read_committed`. An exception of the work undoes the work (and only that) and
        is raised here. The work must await nothing but its transaction, and leave no trace outside
        of it: where it met other work it is undone and run again. A caller that is cancelled does
        not stop it. Raises :class:`DatabaseClosed` and :class:`DatabaseBusy`.
        """
        ...

    async def close(self) -> None:
        """Finish the writes that wait, then close. Idempotent."""
        ...


class DatabaseUnavailable(RuntimeError):
    """The database does not answer now; the same request may be answered in a moment."""


class DatabaseClosed(DatabaseUnavailable):
    """A write was asked for after :meth:`Database.close`."""


class DatabaseBusy(DatabaseUnavailable):
    """The database could not be reached, or work met other work each time that it was tried."""


def read_committed(work: Work) -> Work:
    """Mark work that is right however it interleaves with other work.

    That is so when each of its decisions is made by one statement and the number of rows that it
    touched (or by what nobody takes back), never by a read before. Such work never has to be run
    again, where serializable work with neighbouring keys would be. Argue it beside the mark.
    """
    work.read_committed = True  # type: ignore[attr-defined]  # functions take attributes
    return work


def refuse_nul(parameters: Mapping[str, Any]) -> None:
    """PostgreSQL has no text with NUL in it, and a database must not decide what is a name.

    Raises :class:`InvalidParameterException`; its wording is ours.
    """
    for value in parameters.values():
        if isinstance(value, str) and "\0" in value:
            raise InvalidParameterException("A value contains a NUL character.")


async def open_database(
    place: Place, *, durability: str = "full", connections: int = 10
) -> Database:
    """Open the database at ``place``, whose schema is checked already.

    ``durability`` ``full``: what was acknowledged survives a power cut. ``connections`` is how
    many one process holds to a PostgreSQL at most. Raises :class:`DatabaseBusy` when it cannot be
    reached.
    """
    if isinstance(place, Path):
        from poolhouse.store.sqlite import SqliteDatabase

        return SqliteDatabase(place, durability=durability)
    from poolhouse.store.postgresql import PostgresqlDatabase

    return await PostgresqlDatabase.open(place, durability=durability, connections=connections)
