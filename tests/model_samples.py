"""Requests made from the service model itself: small ones that satisfy every constraint."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import regex
from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

_TEXTS = (
    "a",
    "Level1",
    "123456",
    "us-east-1_a",
    "us-east-1_0123-abcdef",
    "{####}",
    "{##a##}",
    "a@a",
    "import-a",
    "sso" + "a" * 25,
    "terms-of-use",
    "cognito:default",
    "00000000-0000-4000-8000-000000000000",
    "arn:aws:iam::123456789012:role/r",
    "arn:aws:s3:::bucket",
    "abc",
)


def sample(shape: Shape, *, whole: bool = False, within: tuple[str, ...] = ()) -> Any:
    """A value of ``shape`` as boto3 takes it: required members only, or the ``whole`` of it."""
    if isinstance(shape, StructureShape):
        return {
            name: sample(member, whole=whole, within=(*within, shape.name))
            for name, member in shape.members.items()
            if name in shape.required_members or (whole and member.name not in within)
        }
    if isinstance(shape, ListShape):
        count = max(shape.metadata.get("min", 0), 1)
        return [sample(shape.member, whole=whole, within=within)] * count
    if isinstance(shape, MapShape):
        return {sample(shape.key): sample(shape.value, whole=whole, within=within)}
    if isinstance(shape, StringShape):
        return _text(shape)
    return _number(shape) if shape.type_name in ("integer", "long") else _SCALARS[shape.type_name]


_SCALARS = {
    "boolean": True,
    "timestamp": 1_790_000_000,
    "blob": b"blob",
    "double": 0.5,
    "float": 0.5,
}


def _number(shape: Shape) -> int:
    return max(int(shape.metadata.get("min", 0)), 1)


def _text(shape: StringShape) -> str:
    if shape.enum:
        return str(shape.enum[0])
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", 131_072)
    pattern = shape.metadata.get("pattern", "(?s).*")
    for text in _TEXTS:
        for candidate in (text, text + "a" * (least - len(text))):
            if least <= len(candidate) <= most and regex.fullmatch(pattern, candidate):
                return candidate
    raise LookupError(f"no sample for {shape.name}: {pattern}")


def on_the_wire(value: Any) -> Any:
    """What botocore makes of it: blobs in base64."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: on_the_wire(item) for key, item in value.items()}
    if isinstance(value, list):
        return [on_the_wire(item) for item in value]
    return value


def leaves(shape: Shape, value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to every value inside ``value`` that is no structure, list or map."""
    if isinstance(shape, StructureShape):
        for name, item in value.items():
            yield from leaves(shape.members[name], item, (*path, name))
    elif isinstance(shape, ListShape):
        for index, item in enumerate(value):
            yield from leaves(shape.member, item, (*path, index))
    elif isinstance(shape, MapShape):
        for key, item in value.items():
            yield from leaves(shape.value, item, (*path, key))
    else:
        yield path


def at(value: Any, path: tuple[Any, ...], replacement: Any) -> Any:
    """``value`` with another value at ``path``."""
    if not path:
        return replacement
    step, *rest = path
    copy = value.copy()
    copy[step] = at(value[step], tuple(rest), replacement)
    return copy
