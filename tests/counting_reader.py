"""A reader that notes which tables' rows it was asked for."""

from __future__ import annotations

from typing import Any

from poolhouse.store.database import Reader, Row
from poolhouse.store.statements import Statement


class CountingReader:
    """Passes every query on, and keeps its text."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.asked: list[str] = []

    async def one(self, statement: Statement, **parameters: Any) -> Row | None:
        self.asked.append(statement.sqlite.text)
        return await self._reader.one(statement, **parameters)

    def state(self) -> object | None:
        return None

    async def all(self, statement: Statement, **parameters: Any) -> list[Row]:
        self.asked.append(statement.sqlite.text)
        return await self._reader.all(statement, **parameters)
