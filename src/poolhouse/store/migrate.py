"""Bringing a database to the schema of this poolhouse; one look is enough when it is there already.

The migrations are Alembic's, in ``migrations/versions``; a test compares their result with
``schema.py``. Alembic is imported only when there is something to migrate: it is heavy, so a new
file is made from ``schema.py`` at once. A database that is newer than a server is good for it all
the same when the migration says so (``oldest_server`` in the table ``installation``): that is how
servers are replaced one after the other.
"""

from __future__ import annotations

import fcntl
import io
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from poolhouse.store.database import DatabaseBusy, Place

HEAD = "0002"
OLDEST_SERVER = "0001"
"""The oldest schema whose servers may work on a database of this one: what migrations left."""

_TURN = int.from_bytes(b"poolhous")
"""The advisory lock that migrations of one PostgreSQL database take turns by."""

# As Alembic makes it.
_CREATE_REVISIONS = """
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
)
"""
_REVISION = "SELECT version_num FROM alembic_version"
_OLDEST_SERVER = "SELECT value FROM installation WHERE name = 'oldest_server'"


class SchemaMismatch(RuntimeError):
    """This poolhouse cannot work on that database; the message is a sentence for a person."""


class DatabaseTooNew(SchemaMismatch):
    """The database was migrated for newer servers than this one."""


class DatabaseTooOld(SchemaMismatch):
    """The database has to be migrated first."""


@dataclass(frozen=True, slots=True)
class _State:
    """What a database says of itself; ``revision`` is None for an empty one."""

    revision: str | None
    oldest_server: str | None = None

    def is_ready(self, place: Place) -> bool:
        """Whether this poolhouse can work on it as it is. Raises :class:`DatabaseTooNew`."""
        if self.revision is None or self.revision < HEAD:
            return False
        if self.revision > HEAD and (self.oldest_server is None or self.oldest_server > HEAD):
            raise DatabaseTooNew(
                f"{shown(place)} has schema {self.revision}; this poolhouse knows up to {HEAD}. "
                "Use a newer one."
            )
        return True


def shown(place: Place) -> str:
    """The place without the password that may be in it."""
    if isinstance(place, Path):
        return str(place)
    parts = urlsplit(place)
    where = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{where}{parts.path}"


async def prepare(place: Place, *, may_upgrade: bool) -> None:
    """Make a database ready for this poolhouse, or see that it is.

    Raises :class:`DatabaseTooNew`, :class:`DatabaseTooOld` when it is not and may not be changed,
    and :class:`DatabaseBusy` when it cannot be reached.
    """
    if (await _look(place)).is_ready(place):
        return
    if not may_upgrade:
        raise DatabaseTooOld(
            f"{shown(place)} does not have schema {HEAD} yet, and this server may not change it: "
            "run `poolhouse migrate` first, or set migrate_at_start to always."
        )
    if isinstance(place, Path):
        upgrade(place)
    else:
        await _upgrade_postgresql(place)


async def pending(place: Place) -> list[str]:
    """What :func:`prepare` would do, oldest first: number and purpose of each migration.

    Raises :class:`DatabaseTooNew` and :class:`DatabaseBusy`.
    """
    state = await _look(place)
    if state.is_ready(place):
        return []
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory.from_config(_config())
    missing = scripts.iterate_revisions("head", state.revision or "base")
    return [f"{each.revision}  {(each.doc or '').splitlines()[0]}" for each in reversed([*missing])]


async def _look(place: Place) -> _State:
    if isinstance(place, Path):
        return _look_at_file(place)
    connection = await _connect(place)
    try:
        return await _look_through(connection)
    finally:
        await connection.close()


# --- SQLite ---


def upgrade(path: Path) -> None:
    """Create or migrate the database file at ``path``. Raises :class:`DatabaseTooNew`."""
    if _look_at_file(path).is_ready(path):
        return
    # Several servers may start on one new directory: one of them migrates, the others wait.
    with path.with_suffix(".migrating").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        state = _look_at_file(path)
        if state.revision is None:
            _create(path)
        elif not state.is_ready(path):
            run_migrations(path)


def _look_at_file(path: Path) -> _State:
    if not path.exists():
        return _State(None)
    with closing(sqlite3.connect(path)) as connection:

        def ask(question: str) -> str | None:
            try:
                row = connection.execute(question).fetchone()
            except sqlite3.OperationalError:  # there is no such table yet
                return None
            return None if row is None else str(row[0])

        return _State(ask(_REVISION), ask(_OLDEST_SERVER))


def _create(path: Path) -> None:
    """What the migrations would make of an empty file, without running them."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    from poolhouse.store.schema import metadata

    dialect = sqlite.dialect()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        for table in metadata.sorted_tables:
            connection.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in sorted(table.indexes, key=lambda each: str(each.name)):
                connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
        connection.execute(_CREATE_REVISIONS)
        connection.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
        connection.execute("INSERT INTO installation VALUES ('oldest_server', ?)", (OLDEST_SERVER,))
        connection.execute("COMMIT")


def run_migrations(path: Path) -> None:
    """Take a file through every migration that it has not seen."""
    from alembic import command
    from sqlalchemy import create_engine

    config = _config()
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()


# --- PostgreSQL ---


def script(revision: str | None = None) -> str:
    """The SQL that brings a PostgreSQL database from ``revision`` (None: empty) to the newest."""
    from alembic import command

    written = io.StringIO()
    command.upgrade(_config(written), f"{revision or 'base'}:head", sql=True)
    return written.getvalue()


async def _upgrade_postgresql(url: str) -> None:
    connection = await _connect(url)
    try:
        # Held until the connection ends, however it does.
        await connection.execute("SELECT pg_advisory_lock($1)", _TURN)
        state = await _look_through(connection)
        if not state.is_ready(url):
            await connection.execute(script(state.revision))  # all of it in one transaction
    finally:
        await connection.close()


async def _connect(url: str) -> Any:
    import asyncpg
    from asyncpg import exceptions

    try:
        return await asyncpg.connect(url, timeout=10)
    except (OSError, ValueError, exceptions.PostgresError, exceptions.InterfaceError) as error:
        raise DatabaseBusy(f"{shown(url)} cannot be reached: {error}") from error


async def _look_through(connection: Any) -> _State:
    from asyncpg.exceptions import UndefinedTableError

    async def ask(question: str) -> str | None:
        try:
            found: str | None = await connection.fetchval(question)
        except UndefinedTableError:
            return None
        return found

    return _State(await ask(_REVISION), await ask(_OLDEST_SERVER))


def _config(output: io.StringIO | None = None) -> Any:
    from alembic.config import Config

    config = Config(output_buffer=output) if output is not None else Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config
