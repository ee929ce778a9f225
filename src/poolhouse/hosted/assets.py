"""What pages load: the style sheet, the script for passkeys, and the brand's own.

All of it from this origin: no page makes a request that leaves the machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import Final

from starlette.responses import Response

from poolhouse.house import House
from poolhouse.oauth import responses
from poolhouse.oauth.visits import Visit

_STATIC: Final = files("poolhouse.hosted").joinpath("static")
_KEPT: Final[Mapping[str, tuple[str, bytes]]] = {
    "/pages.css": ("text/css;charset=UTF-8", _STATIC.joinpath("pages.css").read_bytes()),
}
PATHS: Final = frozenset(_KEPT)


async def answer(house: House, visit: Visit, path: str) -> Response:
    """A file that is the same for everybody, and changes only with this program."""
    if path not in _KEPT:
        return responses.not_found("Not Found")
    content_type, content = _KEPT[path]
    headers = {
        "content-type": content_type,
        "cache-control": "public, max-age=300",
        "x-content-type-options": "nosniff",
    }
    return Response(content, headers=headers)
