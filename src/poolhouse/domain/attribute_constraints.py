"""The bounds a schema sets on an attribute: lengths of strings, values of numbers.

They are numbers written as strings on the wire, and are kept so.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from poolhouse.errors import InvalidParameterException

MAXIMUM_STRING_LENGTH = 2048

# Data type -> the member of a schema entry that holds its bounds. Other types have none.
MEMBER = {"String": "StringAttributeConstraints", "Number": "NumberAttributeConstraints"}
_BOUNDS = {"String": ("MinLength", "MaxLength"), "Number": ("MinValue", "MaxValue")}


def bounds(entry: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The lower and upper bound of a wire schema entry; None where it has none."""
    data_type = entry["AttributeDataType"]
    if data_type not in MEMBER:
        return None, None
    constraints = entry.get(MEMBER[data_type]) or {}
    lower, upper = _BOUNDS[data_type]
    return constraints.get(lower), constraints.get(upper)


def check(entry: Mapping[str, Any]) -> None:
    """Refuse bounds that are no numbers, cross each other, or pass what a value may be.

    Raises InvalidParameterException.
    """
    name = entry["Name"]
    if entry["AttributeDataType"] == "String":
        lengths = [_length(name, bound) for bound in bounds(entry)]
        if any(length is not None and length > MAXIMUM_STRING_LENGTH for length in lengths):
            raise InvalidParameterException(
                f"user.{name}: String attributes cannot have a length of more than "
                f"{MAXIMUM_STRING_LENGTH}"
            )
        if _crossed(lengths[0], lengths[1]):
            raise InvalidParameterException(
                f"user.{name}: Max length cannot be less than min length."
            )
    else:
        values = [_value(name, bound) for bound in bounds(entry)]
        if _crossed(values[0], values[1]):
            raise InvalidParameterException(
                f"user.{name}: Max value cannot be less than min value."
            )


def number(text: str) -> Decimal | None:
    """The finite decimal number that ``text`` spells in plain ASCII, or None."""
    if not text.isascii() or "_" in text:
        return None
    try:
        parsed = Decimal(text.strip())
    except InvalidOperation:
        return None
    return parsed if parsed.is_finite() else None


def _crossed(lower: Decimal | int | None, upper: Decimal | int | None) -> bool:
    return lower is not None and upper is not None and lower > upper


def _length(name: str, text: str | None) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit()):
        raise InvalidParameterException(
            f"Invalid StringAttributeConstraints for schema attribute {name}"
        )
    # Longer numerals are past every limit; turning them into integers would only cost time.
    return int(text) if len(text) < 10 else MAXIMUM_STRING_LENGTH + 1


def _value(name: str, text: str | None) -> Decimal | None:
    if not text:
        return None
    parsed = number(text)
    if parsed is None:
        raise InvalidParameterException(
            f"Invalid NumberAttributeConstraints for schema attribute {name}"
        )
    return parsed
