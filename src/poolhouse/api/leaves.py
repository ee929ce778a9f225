"""Checks of the shapes that hold no other: strings, numbers, booleans, timestamps, blobs.

A check takes the value, its path and the list that failures are added to, and returns the value as
operations get it. It raises :class:`SerializationException` for another JSON type.
"""

from __future__ import annotations

import base64
import math
from collections.abc import Callable
from typing import Any

import regex
from botocore.model import Shape, StringShape

from poolhouse.api.wording import at_least, at_most, failure, fits, matching, one_of, wrong_type
from poolhouse.errors import SerializationException

Check = Callable[[Any, str, list[str]], Any]
LengthCheck = Callable[[Any, int, str, list[str]], None]

# Documented for GetClientToken, and missing from the model's enumeration.
EXTRA_ENUM_VALUES = {"ExplicitAuthFlowsType": frozenset({"ALLOW_CLIENT_TOKEN_AUTH"})}

# The model's pattern knows prefixes only, but custom domains have dots; which one it is depends on
# other members, so the operations judge it, in the words of the service (observed).
UNCHECKED_PATTERNS = frozenset({"DomainType"})


def length_check(shape: Shape, *, sensitive: bool) -> LengthCheck:
    """Judges how long a string, blob, list or map is; a ``sensitive`` value is not repeated."""
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")

    def check(value: Any, length: int, path: str, failures: list[str]) -> None:
        if minimum is not None and length < minimum:
            failures.append(failure(value, path, at_least(minimum), sensitive=sensitive))
        if maximum is not None and length > maximum:
            failures.append(failure(value, path, at_most(maximum), sensitive=sensitive))

    return check


def checked_pattern(shape: Shape) -> str:
    return "" if shape.name in UNCHECKED_PATTERNS else shape.metadata.get("pattern", "")


def _matcher(pattern: str) -> Callable[[str], Any]:
    # The service's ``\w`` and ``\s`` know ASCII only, its ``\p`` classes all of Unicode; ``regex``
    # would narrow both.
    classes = regex.V0 if r"\p{" in pattern else regex.ASCII
    return regex.compile(pattern, regex.V0 | classes).fullmatch


def string_check(shape: Shape, *, sensitive: bool) -> Check:
    length = length_check(shape, sensitive=sensitive)
    pattern = checked_pattern(shape)
    matches = _matcher(pattern) if pattern else None
    enum = shape.enum if isinstance(shape, StringShape) else []
    allowed = frozenset(enum) | EXTRA_ENUM_VALUES.get(shape.name, frozenset())

    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, str):
            raise wrong_type(value, "String")
        length(value, len(value), path, failures)
        if matches is not None and not matches(value):
            failures.append(failure(value, path, matching(pattern), sensitive=sensitive))
        if allowed and value not in allowed:
            failures.append(failure(value, path, one_of(enum), sensitive=sensitive))
        return value

    return check


def _number(kinds: tuple[type, ...], wanted: str) -> Callable[[Shape, bool], Check]:
    def build(shape: Shape, sensitive: bool) -> Check:
        minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if isinstance(value, bool) or not isinstance(value, kinds):
                raise wrong_type(value, wanted)
            if isinstance(value, int) and not fits(value, wanted):
                raise wrong_type(value, wanted)
            if minimum is not None and value < minimum:
                constraint = f"Member must have value greater than or equal to {minimum}"
                failures.append(failure(value, path, constraint, sensitive=sensitive))
            if maximum is not None and value > maximum:
                constraint = f"Member must have value less than or equal to {maximum}"
                failures.append(failure(value, path, constraint, sensitive=sensitive))
            return value

        return check

    return build


def _boolean(_: Shape, __: bool) -> Check:
    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, bool):
            raise wrong_type(value, "Boolean")
        return value

    return check


def _timestamp(_: Shape, __: bool) -> Check:
    def check(value: Any, path: str, failures: list[str]) -> Any:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise wrong_type(value, "Timestamp")
        return value

    return check


def _blob(shape: Shape, sensitive: bool) -> Check:
    length = length_check(shape, sensitive=sensitive)

    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, str):
            raise wrong_type(value, "Blob")
        try:
            decoded = base64.b64decode(value, validate=True)
        except ValueError as error:  # bad base64, or characters beyond ASCII
            raise SerializationException("Invalid base64 data") from error
        length(value, len(decoded), path, failures)
        return decoded

    return check


def any_json(value: Any, path: str, failures: list[str]) -> Any:
    return value


def scalar_check(shape: Shape, *, sensitive: bool) -> Check:
    """The check of a number, boolean, timestamp or blob."""
    return _SCALARS[shape.type_name](shape, sensitive)


_SCALARS: dict[str, Callable[[Shape, bool], Check]] = {
    "integer": _number((int,), "Integer"),
    "long": _number((int,), "Long"),
    "float": _number((int, float), "Float"),
    "double": _number((int, float), "Double"),
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}
