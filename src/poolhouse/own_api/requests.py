"""A request of our own API, checked by name and type, and the readers of its members."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

from poolhouse.errors import InvalidParameterException
from poolhouse.house import House

T = TypeVar("T")

_AGO: Final = re.compile(r"([0-9]{1,9})(s|m|h|d)", re.ASCII)
_NUMBER: Final = re.compile(r"[0-9]{1,9}", re.ASCII)
_TIME: Final = re.compile(r"[0-9]{1,15}", re.ASCII)
_UNIT_MS: Final = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@dataclass(frozen=True, slots=True)
class OwnRequest:
    """Who asks (``access_key``), for what (``path`` parameters, ``query``, ``document``)."""

    house: House
    access_key: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    document: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pool_id(self) -> str:
        return self.path["pool"]

    def only(self, *names: str) -> None:
        """Refuse members that nobody would read: a misspelled one must not be overlooked."""
        for name in (*self.query, *self.document):
            if name not in names:
                raise InvalidParameterException(f"There is no member {name} here.")

    def member(self, name: str, kind: type[T]) -> T | None:
        """A member of the document; None without it. Raises for another type."""
        value = self.document.get(name)
        if value is None or (isinstance(value, kind) and not isinstance(value, bool)):
            return value
        raise InvalidParameterException(f"{name} must be a {kind.__name__}.")

    def size(self, name: str, default: int, largest: int) -> int:
        """A positive number of the query."""
        text = self.query.get(name)
        if text is None:
            return default
        if _NUMBER.fullmatch(text) is None or not 1 <= int(text) <= largest:
            raise InvalidParameterException(f"{name} must be between 1 and {largest}.")
        return int(text)

    def time_ms(self, name: str, default_ms: int) -> int:
        """A time of query or document: milliseconds since the epoch, or how long ago (``7d``)."""
        value = self.query.get(name, self.document.get(name))
        if value is None:
            return default_ms
        text = str(value)
        ago = _AGO.fullmatch(text)
        if ago is not None:
            return self.house.clock.now_ms() - int(ago[1]) * _UNIT_MS[ago[2]]
        if not isinstance(value, bool) and _TIME.fullmatch(text):
            return int(text)
        raise InvalidParameterException(
            f"{name} must be milliseconds since the epoch, or how long ago: 30s, 15m, 24h, 7d."
        )
