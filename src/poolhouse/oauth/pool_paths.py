"""From a request to a pool: by the host of a domain, by the first path segment, or by neither.

The forms in which other emulators serve these endpoints are answered too; there the client id
decides which pool is meant.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from poolhouse.house import House
from poolhouse.store import domains

_POOL_PATH = re.compile(r"/([\w-]+_[0-9A-Za-z]+)(/.*)")
_DOMAIN_HOST = re.compile(r"([a-z0-9-]+)\.auth(?:\.[a-z0-9-]+)?\.(?:localhost|amazoncognito\.com)")
_OTHER_PREFIXES = ("/_aws/cognito-idp", "/cognito-idp")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request arrived. ``pool_id`` is None where only the client can tell."""

    pool_id: str | None
    path: str


async def resolve(house: House, host: str, path: str) -> Place | None:
    """None when no pool domain or issuer answers here. Raises nothing."""
    matched = _POOL_PATH.fullmatch(path)
    if matched:
        return Place(matched[1], matched[2])
    name = host.partition(":")[0].lower()
    prefix = _DOMAIN_HOST.fullmatch(name)
    found = await domains.find_by_name(house.db, prefix[1] if prefix else name)
    if found is not None:
        return Place(found[0], path)
    if prefix:
        return None
    for other in _OTHER_PREFIXES:
        path = path.removeprefix(other)
    return Place(None, path) if path.startswith("/oauth2/") else None
