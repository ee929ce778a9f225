"""The sentences in which the service refuses a request's shape.

Source: answers of the service, and Smithy's constraint traits; type errors are worded by us.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.model import Shape, StringShape

from poolhouse.errors import SerializationException

_JAVA_TYPES = {str: "String", bool: "Boolean", int: "Integer", float: "Double"}
_LARGEST = {"Integer": 2**31 - 1, "Long": 2**63 - 1}


def describe(failures: list[str]) -> str:
    """The sentence for one or more violated constraints."""
    plural = "s" if len(failures) > 1 else ""
    return f"{len(failures)} validation error{plural} detected: {'; '.join(failures)}"


def failure(value: Any, path: str, constraint: str, *, sensitive: bool = False) -> str:
    """What is wrong with one value; a sensitive one is not repeated."""
    if value is None:
        shown = "Value null"
    elif sensitive:
        shown = "Value"
    else:
        shown = f"Value '{_shown(value)}'"
    return f"{shown} at '{path}' failed to satisfy constraint: {constraint}"


def member_path(name: str) -> str:
    """A member as paths name it: only the first letter is lower-cased."""
    return name[:1].lower() + name[1:]


def at_least(length: int) -> str:
    return f"Member must have length greater than or equal to {length}"


def at_most(length: int) -> str:
    return f"Member must have length less than or equal to {length}"


def matching(pattern: str) -> str:
    return f"Member must satisfy regular expression pattern: {pattern}"


def one_of(values: Iterable[str]) -> str:
    return f"Member must satisfy enum value set: [{', '.join(values)}]"


def all_constraints(shape: Shape, pattern: str) -> str:
    """Every constraint of a string, in the order in which the service lists them."""
    metadata = shape.metadata
    found = [
        *([at_most(metadata["max"])] if "max" in metadata else []),
        *([at_least(metadata["min"])] if "min" in metadata else []),
        *([matching(pattern)] if pattern else []),
        *([one_of(shape.enum)] if isinstance(shape, StringShape) and shape.enum else []),
    ]
    return f"[{', '.join(found)}]"


def fits(value: int, kind: str) -> bool:
    """Whether a number fits Java's ``Integer`` or ``Long``."""
    return kind not in _LARGEST or -_LARGEST[kind] - 1 <= value <= _LARGEST[kind]


def wrong_type(value: Any, wanted: str) -> SerializationException:
    """A JSON value of a type that the member does not take."""
    if isinstance(value, dict):
        return SerializationException("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return SerializationException("Start of list found where not expected.")
    article = "an" if wanted[0] in "AEIOU" else "a"
    return SerializationException(
        f"class java.lang.{_java_type(value)} can not be converted to {article} {wanted}"
    )


def _java_type(value: Any) -> str:
    if type(value) is int and not fits(value, "Integer"):
        return "Long" if fits(value, "Long") else "Number"
    return _JAVA_TYPES.get(type(value), "Object")


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    if isinstance(value, bool):
        return str(value).lower()
    return "null" if value is None else str(value)
