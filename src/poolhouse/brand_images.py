"""The images of pages, served as what they are and as nothing more.

``GET /POOL_ID/CLIENT_ID/VERSION/assets/images/image.png`` is the logo of a classic style (the
``ImageUrl`` of GetUICustomization; ``ALL`` in place of the client for the pool's own), and
``GET /POOL_ID/BRANDING_ID/assets/DIGEST.svg`` an image of a managed login style. Every host of a
pool answers them, so that a page shows images of its own origin.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from poolhouse.domain.images import CONTENT_TYPES
from poolhouse.house import House
from poolhouse.store import branding, styles

_LOGO = re.compile(
    r"/(?P<pool>[\w-]+_[0-9A-Za-z]+)/(?P<client>[\w+]+)/(?P<version>\d{14})/assets/images/"
    r"image\.(?:png|jpg)",
    re.ASCII,
)
_ASSET = re.compile(
    r"/(?P<pool>[\w-]+_[0-9A-Za-z]+)/(?P<branding>[0-9a-f-]{36})/assets/"
    r"(?P<digest>[0-9a-f]{64})\.\w+",
    re.ASCII,
)
_KEPT = "public, max-age=300"
# An SVG can hold scripts and forms. As an image it never runs them; opened by itself it would, in
# the origin that signs people in, were it not for the sandbox.
_HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; "
    "sandbox",
    "content-disposition": "inline",
    "cross-origin-resource-policy": "cross-origin",
    "x-content-type-options": "nosniff",
}


def matches(path: str) -> bool:
    """Whether a path is an image's; whether there is one is found out by :func:`answer`."""
    return "/assets/" in path and bool(_LOGO.fullmatch(path) or _ASSET.fullmatch(path))


async def answer(house: House, request: Request) -> Response:
    """The image, or 404."""
    if request.scope["method"] not in ("GET", "HEAD"):
        return Response(b"", status_code=405, headers={"allow": "GET, HEAD"})
    found = await _find(house, request.scope["path"])
    if found is None:
        missing = {"cache-control": "no-store"}
        return JSONResponse({"message": "Not Found"}, status_code=404, headers=missing)
    kind, content = found
    headers = {**_HEADERS, "cache-control": _KEPT, "content-type": CONTENT_TYPES[kind]}
    return Response(content, headers=headers)


async def _find(house: House, path: str) -> tuple[str, bytes] | None:
    asset = _ASSET.fullmatch(path)
    if asset:
        return await branding.asset_content(
            house.db, asset["pool"], asset["branding"], asset["digest"]
        )
    logo = _LOGO.fullmatch(path)
    if logo is None:
        return None
    image = await styles.image(house.db, logo["pool"], logo["client"])
    if image is None or image[0] != logo["version"]:
        return None
    return image[1], image[2]
