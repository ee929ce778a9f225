"""Pages of a sorted list: a marker says after which item the next page begins."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import orjson

from poolhouse.errors import InvalidParameterValueException
from poolhouse.lambda_api.registry import Request

T = TypeVar("T")

_LARGEST_PAGE = 50
"""What a page has at most, whatever ``MaxItems`` asks for (documented in ListFunctions)."""


def page(
    items: Sequence[T], key: Callable[[T], list[Any]], request: Request
) -> tuple[Sequence[T], str | None]:
    """The items of one page and the marker of the next; ``items`` are sorted by ``key``.

    An item deleted between two pages is no longer met, and nothing else is missed. Raises
    :class:`InvalidParameterValueException` for a marker that is none.
    """
    start = 0
    if "Marker" in request:
        last = _decode(request["Marker"])
        try:
            start = sum(1 for item in items if key(item) <= last)
        except TypeError as error:
            raise _bad_marker() from error
    end = start + min(request.get("MaxItems", _LARGEST_PAGE), _LARGEST_PAGE)
    found = items[start:end]
    return found, _encode(key(found[-1])) if end < len(items) else None


def _encode(key: list[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(key)).decode("ascii")


def _decode(marker: str) -> list[Any]:
    try:
        value = orjson.loads(base64.urlsafe_b64decode(marker))
    except (binascii.Error, orjson.JSONDecodeError, ValueError) as error:
        raise _bad_marker() from error
    if not isinstance(value, list):
        raise _bad_marker()
    return value


def _bad_marker() -> InvalidParameterValueException:
    return InvalidParameterValueException("The provided marker is not valid.")
