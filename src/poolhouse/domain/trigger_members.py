"""Reading the members of a function's ``response``: what is absent or null counts as not said.

A member of another type fails the call (``wrong-type``): each reader raises
:class:`~poolhouse.errors.InvalidLambdaResponseException`. Members that are not read are ignored
(``unknown-member``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.domain.trigger_answers import unrecognizable


def flag(response: Mapping[str, Any], member: str) -> bool:
    """A boolean; false when it is not said."""
    value = response.get(member)
    if value is None:
        return False
    if not isinstance(value, bool):
        raise unrecognizable(f"{member} is not a boolean")
    return value


def text(response: Mapping[str, Any], member: str) -> str | None:
    """A string; None when it is not said."""
    value = response.get(member)
    if value is not None and not isinstance(value, str):
        raise unrecognizable(f"{member} is not a string")
    return value


def texts(response: Mapping[str, Any], member: str) -> dict[str, str]:
    """An object of strings; empty when it is not said."""
    value = response.get(member)
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise unrecognizable(f"{member} is not an object of strings")
    return value


def text_list(response: Mapping[str, Any], member: str) -> list[str]:
    """A list of strings; empty when it is not said."""
    value = response.get(member)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise unrecognizable(f"{member} is not a list of strings")
    return value
