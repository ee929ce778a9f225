"""What pages load: the style sheet, the script for passkeys, and the brand's own.

All of it from this origin: no page makes a request that leaves the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from starlette.responses import Response

from poolhouse.hosted import branding, guests
from poolhouse.house import House
from poolhouse.oauth.visits import Visit

_STATIC: Final = files("poolhouse.hosted").joinpath("static")
_KEPT: Final[Mapping[str, tuple[str, bytes]]] = {
    "/pages.css": ("text/css;charset=UTF-8", _STATIC.joinpath("pages.css").read_bytes()),
    "/passkeys.js": ("text/javascript;charset=UTF-8", _STATIC.joinpath("passkeys.js").read_bytes()),
}
PATHS: Final = frozenset({*_KEPT, branding.STYLE_PATH})


async def answer(house: House, visit: Visit, path: str) -> Response:
    """A file that changes only with this program, or the style sheet of a brand."""
    if path == branding.STYLE_PATH:
        return await branding.style(house, visit, managed=await guests.is_managed(house, visit))
    content_type, content = _KEPT[path]
    headers = {
        "content-type": content_type,
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
    }
    return Response(content, headers=headers)
