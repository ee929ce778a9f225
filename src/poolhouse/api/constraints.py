"""Shape checks with Cognito's wording, compiled once from the service model.

botocore's own validator knows required members, types and ``min`` only; a server must judge
``max``, ``pattern`` and ``enum`` too. A check returns the cleaned value (unknown members and nulls
left out, blobs decoded) and collects every failure, as the service reports them all at once.
Source of the wording: answers of the service; Smithy's constraint traits.
"""

from __future__ import annotations

import base64
import binascii
import math
from collections.abc import Callable
from typing import Any

import regex
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from poolhouse.errors import InvalidParameterException, SerializationException

Check = Callable[[Any, str, list[str]], Any]

# The service accepts this value although its model does not list it.
EXTRA_ENUM_VALUES = {"ExplicitAuthFlowsType": frozenset({"ALLOW_CLIENT_TOKEN_AUTH"})}


def compile_input(shape: Shape | None) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """A function that checks a whole request and returns its known members.

    It raises :class:`SerializationException` for a wrong JSON type, and
    :class:`InvalidParameterException` that names every violated constraint.
    """
    if shape is None:
        return lambda _: {}
    check = _Compiler().compile(shape)

    def check_input(request: dict[str, Any]) -> dict[str, Any]:
        failures: list[str] = []
        cleaned: dict[str, Any] = check(request, "", failures)
        if failures:
            raise InvalidParameterException(describe(failures))
        return cleaned

    return check_input


def describe(failures: list[str]) -> str:
    """The service's sentence for one or more violated constraints."""
    plural = "s" if len(failures) > 1 else ""
    return f"{len(failures)} validation error{plural} detected: {'; '.join(failures)}"


class _Compiler:
    """Shapes may contain themselves, so each is compiled once and found again by name."""

    def __init__(self) -> None:
        self._compiled: dict[str, Check] = {}

    def compile(self, shape: Shape) -> Check:
        known = self._compiled.get(shape.name)
        if known is not None:
            return known

        def later(value: Any, path: str, failures: list[str]) -> Any:
            return self._compiled[shape.name](value, path, failures)

        self._compiled[shape.name] = later
        self._compiled[shape.name] = check = self._check_for(shape)
        return check

    def _check_for(self, shape: Shape) -> Check:
        if isinstance(shape, StructureShape):
            if shape.metadata.get("document") or getattr(shape, "is_document_type", False):
                return _any_json
            return self._structure(shape)
        if isinstance(shape, ListShape):
            return self._list(shape)
        if isinstance(shape, MapShape):
            return self._map(shape)
        if isinstance(shape, StringShape):
            return _string(shape)
        return _SCALARS[shape.type_name](shape)

    def _structure(self, shape: StructureShape) -> Check:
        required = frozenset(shape.required_members)
        members = [
            (name, _member_path(name), self.compile(member), name in required)
            for name, member in shape.members.items()
        ]

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if not isinstance(value, dict):
                raise _wrong_type(value, "Object")
            prefix = f"{path}." if path else ""
            cleaned = {}
            for name, member_path, check_member, needed in members:
                item = value.get(name)
                if item is not None:
                    cleaned[name] = check_member(item, prefix + member_path, failures)
                elif needed:
                    failures.append(_failure(None, prefix + member_path, "Member must not be null"))
            return cleaned

        return check

    def _list(self, shape: ListShape) -> Check:
        check_member = self.compile(shape.member)
        length = _length_check(shape)

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if not isinstance(value, list):
                raise _wrong_type(value, "List")
            length(value, len(value), path, failures)
            return [
                check_member(item, f"{path}.{index}.member", failures)
                for index, item in enumerate(value, 1)
                if item is not None
            ]

        return check

    def _map(self, shape: MapShape) -> Check:
        check_key = self.compile(shape.key)
        check_value = self.compile(shape.value)
        length = _length_check(shape)

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if not isinstance(value, dict):
                raise _wrong_type(value, "Map")
            length(value, len(value), path, failures)
            cleaned = {}
            for key, item in value.items():
                check_key(key, f"{path}.key", failures)
                if item is not None:
                    cleaned[key] = check_value(item, f"{path}.{key}.member", failures)
            return cleaned

        return check


def _member_path(name: str) -> str:
    return name[:1].lower() + name[1:]


def _failure(value: Any, path: str, constraint: str, *, sensitive: bool = False) -> str:
    if value is None:
        shown = "Value null"
    elif sensitive:
        shown = "Value"
    else:
        shown = f"Value '{_shown(value)}'"
    return f"{shown} at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}={_shown(item)}" for key, item in value.items()) + "}"
    return str(value)


_JAVA_TYPES = {str: "String", bool: "Boolean", int: "Integer", float: "Double"}


def _wrong_type(value: Any, wanted: str) -> SerializationException:
    if isinstance(value, dict):
        return SerializationException("Start of structure or map found where not expected.")
    if isinstance(value, list):
        return SerializationException("Start of list found where not expected.")
    given = _JAVA_TYPES.get(type(value), "Object")
    article = "an" if wanted[0] in "AEIOU" else "a"
    return SerializationException(
        f"class java.lang.{given} can not be converted to {article} {wanted}"
    )


def _length_check(shape: Shape) -> Callable[[Any, int, str, list[str]], None]:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    sensitive = bool(shape.metadata.get("sensitive"))

    def check(value: Any, length: int, path: str, failures: list[str]) -> None:
        if minimum is not None and length < minimum:
            constraint = f"Member must have length greater than or equal to {minimum}"
            failures.append(_failure(value, path, constraint, sensitive=sensitive))
        if maximum is not None and length > maximum:
            constraint = f"Member must have length less than or equal to {maximum}"
            failures.append(_failure(value, path, constraint, sensitive=sensitive))

    return check


def _string(shape: StringShape) -> Check:
    length = _length_check(shape)
    sensitive = bool(shape.metadata.get("sensitive"))
    pattern_text = shape.metadata.get("pattern")
    matches = regex.compile(pattern_text, regex.V0).fullmatch if pattern_text else None
    allowed = frozenset(shape.enum) | EXTRA_ENUM_VALUES.get(shape.name, frozenset())
    in_model_order = ", ".join(shape.enum)

    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, str):
            raise _wrong_type(value, "String")
        length(value, len(value), path, failures)
        if matches is not None and not matches(value):
            constraint = f"Member must satisfy regular expression pattern: {pattern_text}"
            failures.append(_failure(value, path, constraint, sensitive=sensitive))
        if allowed and value not in allowed:
            constraint = f"Member must satisfy enum value set: [{in_model_order}]"
            failures.append(_failure(value, path, constraint, sensitive=sensitive))
        return value

    return check


def _number(kinds: tuple[type, ...], wanted: str) -> Callable[[Shape], Check]:
    def build(shape: Shape) -> Check:
        minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if isinstance(value, bool) or not isinstance(value, kinds):
                raise _wrong_type(value, wanted)
            if minimum is not None and value < minimum:
                constraint = f"Member must have value greater than or equal to {minimum}"
                failures.append(_failure(value, path, constraint))
            if maximum is not None and value > maximum:
                constraint = f"Member must have value less than or equal to {maximum}"
                failures.append(_failure(value, path, constraint))
            return value

        return check

    return build


def _boolean(_: Shape) -> Check:
    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, bool):
            raise _wrong_type(value, "Boolean")
        return value

    return check


def _timestamp(_: Shape) -> Check:
    def check(value: Any, path: str, failures: list[str]) -> Any:
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            raise _wrong_type(value, "Timestamp")
        return value

    return check


def _blob(shape: Shape) -> Check:
    length = _length_check(shape)

    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, str):
            raise _wrong_type(value, "Blob")
        try:
            decoded = base64.b64decode(value, validate=True)
        except binascii.Error as error:
            raise SerializationException("Invalid base64 data") from error
        length(value, len(decoded), path, failures)
        return decoded

    return check


def _any_json(value: Any, path: str, failures: list[str]) -> Any:
    return value


_SCALARS: dict[str, Callable[[Shape], Check]] = {
    "integer": _number((int,), "Integer"),
    "long": _number((int,), "Long"),
    "float": _number((int, float), "Float"),
    "double": _number((int, float), "Double"),
    "boolean": _boolean,
    "timestamp": _timestamp,
    "blob": _blob,
}
