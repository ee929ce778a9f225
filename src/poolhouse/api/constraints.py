"""Shape checks with Cognito's wording, compiled once from the service model.

botocore's own validator knows required members, types and ``min`` only; a server must judge
``max``, ``pattern`` and ``enum`` too. A check returns the cleaned value (unknown members and nulls
left out, blobs decoded) and collects every failure, as the service reports them all at once.
Source of the wording: answers of the service; Smithy's constraint traits. A list of strings fails
as a whole and names all constraints of its members (observed); maps likewise (seen in other AWS
services). Wording of type errors is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

from poolhouse.api.leaves import (
    Check,
    any_json,
    checked_pattern,
    length_check,
    scalar_check,
    string_check,
)
from poolhouse.api.wording import (
    all_constraints,
    describe,
    failure,
    member_path,
    wrong_type,
)
from poolhouse.errors import InvalidParameterException


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


class _Compiler:
    """Shapes may contain themselves, so each is compiled once and found again by name.

    What is inside of a sensitive shape is ``sensitive`` too.
    """

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, bool], Check] = {}

    def compile(self, shape: Shape, *, sensitive: bool = False) -> Check:
        sensitive = sensitive or bool(shape.metadata.get("sensitive"))
        key = (shape.name, sensitive)
        known = self._compiled.get(key)
        if known is not None:
            return known

        def later(value: Any, path: str, failures: list[str]) -> Any:
            return self._compiled[key](value, path, failures)

        self._compiled[key] = later
        self._compiled[key] = check = self._check_for(shape, sensitive)
        return check

    def _check_for(self, shape: Shape, sensitive: bool) -> Check:
        if isinstance(shape, StructureShape):
            if shape.metadata.get("document") or getattr(shape, "is_document_type", False):
                return any_json
            return self._structure(shape, sensitive)
        if isinstance(shape, ListShape):
            return self._list(shape, sensitive)
        if isinstance(shape, MapShape):
            return self._map(shape, sensitive)
        if isinstance(shape, StringShape):
            return string_check(shape, sensitive=sensitive)
        return scalar_check(shape, sensitive=sensitive)

    def _structure(self, shape: StructureShape, sensitive: bool) -> Check:
        required = frozenset(shape.required_members)
        members = [
            (name, member_path(name), self.compile(member, sensitive=sensitive), name in required)
            for name, member in shape.members.items()
        ]

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if not isinstance(value, dict):
                raise wrong_type(value, "Object")
            prefix = f"{path}." if path else ""
            cleaned = {}
            for name, step, check_member, needed in members:
                item = value.get(name)
                if item is not None:
                    cleaned[name] = check_member(item, prefix + step, failures)
                elif needed:
                    failures.append(failure(None, prefix + step, "Member must not be null"))
            return cleaned

        return check

    def _list(self, shape: ListShape, sensitive: bool) -> Check:
        length = length_check(shape, sensitive=sensitive)
        if isinstance(shape.member, StringShape):
            return _strings(shape, sensitive)
        check_member = self.compile(shape.member, sensitive=sensitive)

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if not isinstance(value, list):
                raise wrong_type(value, "List")
            length(value, len(value), path, failures)
            return [
                check_member(item, f"{path}.{index}.member", failures)
                for index, item in enumerate(value, 1)
                if item is not None
            ]

        return check

    def _map(self, shape: MapShape, sensitive: bool) -> Check:
        length = length_check(shape, sensitive=sensitive)
        keys = _Members(shape.key, "Map keys must satisfy constraint", sensitive)
        check_value = self.compile(shape.value, sensitive=sensitive)
        values = None
        if isinstance(shape.value, StringShape):
            values = _Members(shape.value, "Map value must satisfy constraint", sensitive)

        def check(value: Any, path: str, failures: list[str]) -> Any:
            if not isinstance(value, dict):
                raise wrong_type(value, "Map")
            length(value, len(value), path, failures)
            kept = {key: item for key, item in value.items() if item is not None}
            keys.check(value, kept, path, failures)
            if values is not None:
                values.check(value, kept.values(), path, failures)
                return kept
            return {
                key: check_value(item, f"{path}.{key}.member", failures)
                for key, item in kept.items()
            }

        return check


class _Members:
    """Judges strings that fail together, as the members of a list or a map do."""

    def __init__(self, shape: Shape, sentence: str, sensitive: bool) -> None:
        self._sensitive = sensitive or bool(shape.metadata.get("sensitive"))
        self._check = string_check(shape, sensitive=self._sensitive)
        self._sentence = f"{sentence}: {all_constraints(shape, checked_pattern(shape))}"

    def check(self, whole: Any, members: Iterable[Any], path: str, failures: list[str]) -> None:
        found: list[str] = []
        for member in members:
            self._check(member, path, found)
        if found:
            failures.append(failure(whole, path, self._sentence, sensitive=self._sensitive))


def _strings(shape: ListShape, sensitive: bool) -> Check:
    length = length_check(shape, sensitive=sensitive)
    members = _Members(shape.member, "Member must satisfy constraint", sensitive)

    def check(value: Any, path: str, failures: list[str]) -> Any:
        if not isinstance(value, list):
            raise wrong_type(value, "List")
        length(value, len(value), path, failures)
        kept = [item for item in value if item is not None]
        members.check(value, kept, path, failures)
        return kept

    return check
