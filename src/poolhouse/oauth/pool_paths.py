"""From a request to a pool: by the host of a domain, by the first path segment, or by neither.

The forms in which other emulators serve these endpoints are answered too; there the client id
decides which pool is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from poolhouse.house import House
from poolhouse.store import domains

_POOL_PATH = re.compile(r"/([\w-]+_[0-9A-Za-z]+)(/.*)", re.ASCII)
_PREFIX_HOST = re.compile(
    r"([a-z0-9-]+)\.auth(?:\.([a-z0-9-]+))?\.localhost"
    r"|([a-z0-9-]+)\.auth\.([a-z0-9-]+)\.amazoncognito\.com"
)
_OTHER_PREFIXES = ("/_aws/cognito-idp", "/cognito-idp")
_ROOT_PATHS = ("/login", "/logout")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request arrived. ``pool_id`` is None where only the client can tell."""

    pool_id: str | None
    path: str


async def resolve(house: House, host: str, path: str) -> Place | None:
    """None when no pool domain or issuer answers here. Raises nothing."""
    name = host.partition(":")[0].lower()
    prefixed = _PREFIX_HOST.fullmatch(name)
    if prefixed:
        prefix, region = prefixed[1] or prefixed[3], prefixed[2] or prefixed[4]
        pool_id = await _pool_of(house, prefix, custom=False)
        return Place(pool_id, path) if pool_id and _is_in(pool_id, region) else None
    matched = _POOL_PATH.fullmatch(path)
    if matched:
        return Place(matched[1], matched[2])
    pool_id = await _pool_of(house, name, custom=True)
    if pool_id is not None:
        return Place(pool_id, path)
    for other in _OTHER_PREFIXES:
        path = path.removeprefix(other)
    return Place(None, path) if path.startswith("/oauth2/") or path in _ROOT_PATHS else None


async def _pool_of(house: House, name: str, *, custom: bool) -> str | None:
    """The pool that has the domain ``name``. A prefix alone is not a host: nobody may catch the
    requests for ``localhost`` by taking that word for a prefix.
    """
    found = await domains.find_by_name(house.db, name)
    return found.pool_id if found and (found.custom is not None) == custom else None


def _is_in(pool_id: str, region: str | None) -> bool:
    return region is None or pool_id.startswith(f"{region}_")
