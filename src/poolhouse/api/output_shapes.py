"""Answers against the model's output shapes: what strict responses hold every operation to."""

from __future__ import annotations

from typing import Any

from botocore.model import ListShape, MapShape, Shape, StructureShape


class OutputMismatch(Exception):
    """An operation answered something its output shape does not have: a defect of ours."""


def check_output(result: Any, shape: Shape | None, path: str = "") -> None:
    """Compare a result with its output shape. Raises :class:`OutputMismatch`."""
    if shape is None or result is None:
        if shape is None and result:
            raise OutputMismatch(f"{path or 'the answer'} should be empty")
        return
    if isinstance(shape, StructureShape):
        if getattr(shape, "is_document_type", False):
            return
        _expect(isinstance(result, dict), path, "an object")
        for name, item in result.items():
            _expect(name in shape.members, f"{path}.{name}", "a member of the output shape")
            check_output(item, shape.members[name], f"{path}.{name}")
    elif isinstance(shape, ListShape):
        _expect(isinstance(result, list), path, "a list")
        for index, item in enumerate(result):
            check_output(item, shape.member, f"{path}[{index}]")
    elif isinstance(shape, MapShape):
        _expect(isinstance(result, dict), path, "a map")
        for key, item in result.items():
            check_output(item, shape.value, f"{path}[{key}]")
    else:
        kinds = _KINDS[shape.type_name]
        fits = isinstance(result, kinds) and (bool in kinds or not isinstance(result, bool))
        _expect(fits, path, shape.type_name)


_KINDS: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float),
    "blob": (str,),
}


def _expect(holds: bool, path: str, what: str) -> None:
    if not holds:
        raise OutputMismatch(f"{path or 'the answer'} should be {what}")
