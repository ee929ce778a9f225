"""Bringing a database to the newest schema; one look is enough when it is there already.

The migrations are Alembic's, in ``migrations/versions``; a test compares their result with
``schema.py``. Alembic is imported only when there is something to do: it would be a third of the
server's start-up time.
"""

from __future__ import annotations

import fcntl
import sqlite3
from pathlib import Path

HEAD = "0002"


class DatabaseTooNew(RuntimeError):
    """The database was written by a newer poolhouse than this one."""


def upgrade(path: Path) -> None:
    """Create or migrate the database file at ``path``. Raises :class:`DatabaseTooNew`."""
    if _revision(path) == HEAD:
        return
    # Several servers may start on one new directory: one of them migrates, the others wait.
    with path.with_suffix(".migrating").open("ab") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        revision = _revision(path)
        if revision is not None and revision > HEAD:
            raise DatabaseTooNew(
                f"{path} has schema {revision}; this poolhouse knows up to {HEAD}. Use a newer one."
            )
        if revision != HEAD:
            _run_migrations(path)


def _revision(path: Path) -> str | None:
    if not path.exists():
        return None
    connection = sqlite3.connect(path)
    try:
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
    except sqlite3.OperationalError:
        return None
    finally:
        connection.close()
    return None if row is None else str(row[0])


def _run_migrations(path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    finally:
        engine.dispose()
