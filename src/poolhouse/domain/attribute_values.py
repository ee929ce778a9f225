"""Whether one value fits one attribute of the schema.

Values are strings on the wire whatever their type. Source: Amazon Cognito developer guide,
"Working with user attributes".
"""

from __future__ import annotations

from datetime import datetime

from poolhouse.domain.attribute_constraints import MAXIMUM_STRING_LENGTH, number
from poolhouse.domain.contact_formats import is_email, is_phone_number
from poolhouse.domain.records import AttributeDefinition
from poolhouse.errors import InvalidParameterException

INVALID_EMAIL = "Invalid email address format."
# Ours, after the email sentence.
INVALID_PHONE_NUMBER = "Invalid phone number format."

# ``value-sentences``
_TYPE_MISMATCH = "user.{name}: Attribute value is not of type {data_type}"
_OUT_OF_BOUNDS = (
    "user.{name}: {data_type} attributes cannot have a {measure} of {side} than {bound}"
)


def check(definition: AttributeDefinition, value: str) -> str:
    """``value`` as it is to be stored (booleans in lower case).

    Raises InvalidParameterException when the value has another type or form, or is out of bounds.
    """
    _check_bounds(definition, value)
    if definition.data_type == "Boolean":
        lowered = value.lower()
        if lowered not in ("true", "false"):
            raise _type_mismatch(definition)
        return lowered
    if definition.data_type == "DateTime" and not _is_date_time(value):
        raise _type_mismatch(definition)
    if definition.name == "email" and not is_email(value):
        raise InvalidParameterException(INVALID_EMAIL)
    if definition.name == "phone_number" and not is_phone_number(value):
        raise InvalidParameterException(INVALID_PHONE_NUMBER)
    return value


def _check_bounds(definition: AttributeDefinition, value: str) -> None:
    if definition.data_type == "Number":
        parsed = number(value)
        if parsed is None:
            raise _type_mismatch(definition)
        lower = number(definition.minimum) if definition.minimum else None
        upper = number(definition.maximum) if definition.maximum else None
        if lower is not None and parsed < lower:
            raise _out_of_bounds(definition, "value", "less", definition.minimum)
        if upper is not None and parsed > upper:
            raise _out_of_bounds(definition, "value", "more", definition.maximum)
        return
    shortest = int(definition.minimum or 0) if definition.data_type == "String" else 0
    longest = MAXIMUM_STRING_LENGTH
    if definition.data_type == "String" and definition.maximum:
        longest = int(definition.maximum)
    if len(value) > longest:
        raise _out_of_bounds(definition, "length", "more", str(longest))
    if len(value) < shortest:
        raise _out_of_bounds(definition, "length", "less", str(shortest))


def _is_date_time(value: str) -> bool:
    """ISO 8601, or seconds since the epoch."""
    if value.isascii() and value.isdigit():
        return True
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _type_mismatch(definition: AttributeDefinition) -> InvalidParameterException:
    return InvalidParameterException(
        _TYPE_MISMATCH.format(name=definition.name, data_type=definition.data_type)
    )


def _out_of_bounds(
    definition: AttributeDefinition, measure: str, side: str, bound: str | None
) -> InvalidParameterException:
    return InvalidParameterException(
        _OUT_OF_BOUNDS.format(
            name=definition.name,
            data_type=definition.data_type,
            measure=measure,
            side=side,
            bound=bound,
        )
    )
