"""SQL written once with SQLAlchemy Core, for both databases, and compiled once for each in use.

Portable by construction: whoever writes a statement uses Core and the forms below, never a
dialect. What SQLite and PostgreSQL spell alike, but Core only has per dialect (``ON CONFLICT``), is
handed the dialect's ``insert`` when the statement is compiled.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import Select, Table, bindparam, delete, insert, select, update
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.elements import ClauseElement


class Compiled:
    """SQL text of one dialect; ``names`` are the parameters in their order, each once.

    ``constants`` are the values that the clause itself holds (``== 1``): parameters as well.
    """

    __slots__ = ("constants", "names", "text")

    def __init__(self, clause: ClauseElement, dialect: Dialect) -> None:
        compiled: Any = clause.compile(dialect=dialect)
        given = {bind.key for bind in compiled.binds.values() if bind.required}
        self.text = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup or compiled.params)
        self.constants: Mapping[str, Any] = {
            name: value for name, value in compiled.params.items() if name not in given
        }

    def parameters(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**self.constants, **given} if self.constants else given


class Statement:
    """One statement: parameters are named, and every value goes through one.

    ``clause`` is a Core clause, or makes one with the ``insert`` of the dialect that it is handed.
    The rows of a ``scattered`` statement lie all over a table that may be large.
    """

    def __init__(
        self,
        clause: ClauseElement | Callable[[Any], ClauseElement],
        *,
        scattered: bool = False,
    ) -> None:
        self._clause = clause
        self.scattered = scattered

    @cached_property
    def sqlite(self) -> Compiled:
        """With named parameters, as :mod:`sqlite3` takes them."""
        from sqlalchemy.dialects import sqlite

        return self._compile(sqlite.insert, sqlite.dialect(paramstyle="named"))

    @cached_property
    def postgresql(self) -> Compiled:
        """With ``$1`` and so on, as asyncpg takes them, each cast to its column's type."""
        from sqlalchemy.dialects import postgresql
        from sqlalchemy.dialects.postgresql import asyncpg

        # SQLAlchemy left the constructor's arguments without types.
        return self._compile(postgresql.insert, asyncpg.dialect())  # type: ignore[no-untyped-call]

    def _compile(self, dialect_insert: Any, dialect: Dialect) -> Compiled:
        clause = self._clause
        return Compiled(clause(dialect_insert) if callable(clause) else clause, dialect)


def by_keys(clause: Select[Any], table: Table, *keys: str) -> Select[Any]:
    """``clause``, of the rows whose ``keys`` equal the parameters of the same names."""
    for key in keys:
        clause = clause.where(table.c[key] == bindparam(key))
    return clause


def select_by(table: Table, *keys: str) -> Statement:
    """All columns of the rows whose ``keys`` equal the parameters of the same names."""
    return Statement(by_keys(select(table), table, *keys))


def insert_into(table: Table) -> Statement:
    """One whole row; every column is a parameter of its own name."""
    return Statement(insert(table))


def insert_if_absent(table: Table) -> Statement:
    """One whole row, unless a unique key of it is taken: then no row is touched."""
    return Statement(lambda insert_of: insert_of(table).on_conflict_do_nothing())


def insert_or_update(table: Table) -> Statement:
    """One whole row, in place of the one that has the same primary key, if there is one.

    A row is touched in either case. Another unique key that is taken is still an error.
    """

    def clause(insert_of: Any) -> ClauseElement:
        row = insert_of(table)
        key = [column.name for column in table.primary_key.columns]
        names = [column.name for column in table.columns if column.name not in key]
        put: ClauseElement = row.on_conflict_do_update(
            index_elements=key, set_={name: row.excluded[name] for name in names}
        )
        return put

    return Statement(clause)


def update_by(table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Statement:
    """Set ``columns`` where ``keys`` match; parameters for the keys are named ``key_NAME``."""
    clause = update(table)
    for key in keys:
        clause = clause.where(table.c[key] == bindparam(f"key_{key}"))
    return Statement(clause.values({name: bindparam(name) for name in columns}))


def delete_by(table: Table, *keys: str) -> Statement:
    """Delete the rows whose ``keys`` equal the parameters of the same names."""
    clause = delete(table)
    for key in keys:
        clause = clause.where(table.c[key] == bindparam(key))
    return Statement(clause)
