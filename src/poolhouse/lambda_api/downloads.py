"""Where ``Code.Location`` leads: the package of a version, for whoever has the link.

Like the service's presigned links: the link itself is the permission, it names one version, and it
ends after ten minutes (documented in GetFunction).
"""

from __future__ import annotations

import hmac
from urllib.parse import quote

from starlette.requests import Request as HttpRequest
from starlette.responses import Response as HttpResponse

from poolhouse.errors import AccessDeniedException, ResourceNotFoundException
from poolhouse.house import House
from poolhouse.store import functions as store

_PREFIX = "/_functions/packages/"
_VALID_MS = 10 * 60 * 1000
_PURPOSE = "function package link"


def matches(path: str) -> bool:
    return path.startswith(_PREFIX)


def link(house: House, region: str, name: str, version: str, now_ms: int) -> str:
    """A URL on this server that gives the package of one version until ten minutes from now."""
    expires_ms = now_ms + _VALID_MS
    signature = _signature(house, region, name, version, str(expires_ms))
    path = f"{_PREFIX}{region}/{name}/{quote(version, safe='')}"
    return f"{house.settings.base_url}{path}?expires={expires_ms}&signature={signature}"


async def answer(house: House, http: HttpRequest) -> HttpResponse:
    """The package, as a zip. Raises :class:`AccessDeniedException` for anything but a live link."""
    parts = http.scope["path"].removeprefix(_PREFIX).split("/")
    expires = http.query_params.get("expires", "")
    given = http.query_params.get("signature", "")
    if len(parts) != 3:
        raise AccessDeniedException("Access Denied")
    region, name, version = parts
    expected = _signature(house, region, name, version, expires)
    if not hmac.compare_digest(expected.encode(), given.encode()):
        raise AccessDeniedException("Access Denied")
    if house.clock.now_ms() >= int(expires):
        raise AccessDeniedException("Request has expired")
    package = await store.package(house.db, region, name, version)
    if package is None:
        raise ResourceNotFoundException("The package is gone: the function or version was deleted.")
    headers = {"content-disposition": f'attachment; filename="{name}.zip"'}
    return HttpResponse(package, media_type="application/zip", headers=headers)


def _signature(house: House, region: str, name: str, version: str, expires: str) -> str:
    return house.sealer.keyed_hash(f"{region}/{name}/{version}/{expires}", _PURPOSE)
