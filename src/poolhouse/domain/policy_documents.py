"""Reading a document that people write by hand: what is wrong is said once, with its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from poolhouse.errors import InvalidParameterException

_REQUIRED: Final = object()


class Problem(InvalidParameterException):
    """Something in a document that cannot be; the message names the place."""


class Reader:
    """The members of one object of a document; ``place`` is the path that leads to it."""

    def __init__(self, place: str, document: object) -> None:
        if not isinstance(document, Mapping):
            raise Problem(f"{place} must be an object.")
        self.place = place
        self._document = document

    def problem(self, member: str, sentence: str) -> Problem:
        return Problem(f"{self.place}.{member} {sentence}.")

    def only(self, *members: str) -> None:
        """Refuse members that nobody reads: a misspelt rule would be a rule that is not kept."""
        unknown = sorted(str(name) for name in self._document if name not in members)
        if unknown:
            raise Problem(f"{self.place} has no member {unknown[0]}.")

    def members(self, *names: str) -> dict[str, Any]:
        """Those of ``names`` that are there, as they were written."""
        return {name: self._document[name] for name in names if name in self._document}

    def text(self, member: str, default: Any = _REQUIRED) -> str:
        return str(self._value(member, str, "must be text", default))

    def flag(self, member: str, default: bool) -> bool:
        return bool(self._value(member, bool, "must be true or false", default))

    def positive(self, member: str) -> int | None:
        value = self._document.get(member)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise self.problem(member, "must be a positive whole number")
        return value

    def one_of(self, member: str, allowed: Sequence[str], default: str) -> str:
        value = self._document.get(member, default)
        if value != default and value not in allowed:
            raise self.problem(member, f"must be one of {', '.join(allowed)}")
        return str(value)

    def items(self, member: str) -> tuple[Any, ...] | None:
        value = self._document.get(member)
        if value is None:
            return None
        if not isinstance(value, list) or not value:
            raise self.problem(member, "must be a list that is not empty")
        return tuple(value)

    def strings(self, member: str, default: Sequence[str]) -> tuple[str, ...]:
        value = self._document.get(member, list(default))
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.problem(member, "must be a list of texts")
        return tuple(value)

    def object(self, member: str) -> Reader:
        """The object at ``member``, an empty one where there is none."""
        value = self._document.get(member)
        return Reader(f"{self.place}.{member}", {} if value is None else value)

    def named(self, member: str) -> dict[str, Reader]:
        """The object at ``member`` as names to objects."""
        inner = self.object(member)
        return {
            str(name): Reader(f"{inner.place}.{name}", value)
            for name, value in inner._document.items()
        }

    def _value(self, member: str, kind: type, sentence: str, default: Any) -> Any:
        value = self._document.get(member, default)
        if value is _REQUIRED:
            raise Problem(f"{self.place} needs {member}.")
        if not isinstance(value, kind):
            raise self.problem(member, sentence)
        return value
