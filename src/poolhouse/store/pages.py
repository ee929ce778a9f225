"""Pages of a list: keyset pagination, with tokens that open nowhere but where they were made.

A page ends at a key, and the next one starts after that key, so rows that come and go in between
make no page repeat or skip another row. Operations hand the key out sealed over (operation, pool,
filter): a forged token, or one of another list, is refused. The wording of the refusal is ours.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from poolhouse.errors import InvalidParameterException
from poolhouse.store.sealing import SealBroken, Sealer

T = TypeVar("T")
Key = tuple[str | int, ...]

LARGEST_PAGE = 60
INVALID_TOKEN = "Invalid pagination token."


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows of a list; ``next_key`` is the last one's key, or None at the end."""

    items: tuple[T, ...]
    next_key: Key | None = None


def page_size(limit: int | None, largest: int = LARGEST_PAGE) -> int:
    """How many rows a request asks for: no limit, or 0, means the largest page."""
    return min(limit or largest, largest)


def cut(items: Sequence[T], size: int, key: Callable[[T], Key]) -> Page[T]:
    """A page of ``size`` from a query that asked for one row more than that."""
    if len(items) <= size:
        return Page(tuple(items))
    kept = tuple(items[:size])
    return Page(kept, key(kept[-1]))


def seal_token(
    sealer: Sealer, key: Key | None, *, operation: str, pool_id: str = "", list_filter: str = ""
) -> str | None:
    """The token that leads to the rows after ``key``; None after the last page."""
    if key is None:
        return None
    sealed = sealer.seal(orjson.dumps(key), _purpose(operation, pool_id, list_filter))
    return base64.urlsafe_b64encode(sealed).decode("ascii")


def open_token(
    sealer: Sealer,
    token: str | None,
    *,
    operation: str,
    pool_id: str = "",
    list_filter: str = "",
) -> Key | None:
    """The key in a token; None without one. Raises :class:`InvalidParameterException`."""
    if token is None:
        return None
    try:
        sealed = base64.b64decode(token.encode("ascii"), altchars=b"-_", validate=True)
        return tuple(orjson.loads(sealer.unseal(sealed, _purpose(operation, pool_id, list_filter))))
    except (UnicodeEncodeError, binascii.Error, SealBroken) as error:
        raise InvalidParameterException(INVALID_TOKEN) from error


def _purpose(operation: str, pool_id: str, list_filter: str) -> str:
    return f"page {orjson.dumps([operation, pool_id, list_filter]).decode()}"
