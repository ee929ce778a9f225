"""SQL written once with SQLAlchemy Core and compiled once, instead of on every call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as insert_or_ignore
from sqlalchemy.sql.elements import ClauseElement

_DIALECT = sqlite.dialect(paramstyle="named")


class Statement:
    """One statement; ``text`` has named parameters and ``constants`` those written into it."""

    __slots__ = ("constants", "text")

    def __init__(self, clause: ClauseElement) -> None:
        compiled = clause.compile(dialect=_DIALECT)
        self.text = str(compiled)
        # Values written into the clause itself (``== 1``) become parameters of the same name.
        self.constants: Mapping[str, Any] = {
            name: value for name, value in compiled.params.items() if value is not None
        }

    def parameters(self, given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {**self.constants, **given} if self.constants else given


def select_by(table: Table, *keys: str) -> Statement:
    """All columns of the rows whose ``keys`` equal the parameters of the same names."""
    clause = select(table)
    for key in keys:
        clause = clause.where(table.c[key] == bindparam(key))
    return Statement(clause)


def insert_into(table: Table) -> Statement:
    """One whole row; every column is a parameter of its own name."""
    return Statement(insert(table))


def insert_if_absent(table: Table) -> Statement:
    """One whole row, unless a unique key of it is taken: then no row is touched."""
    return Statement(insert_or_ignore(table).on_conflict_do_nothing())


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
