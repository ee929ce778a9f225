"""``GET /console`` and the files below it: a page that does everything in the browser.

Nothing secret is in these files, so anybody may load them; what they show is asked for with signed
requests. The policy lets the page load from this origin alone, and run no script but these files.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from html import escape
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from poolhouse import __version__, origins
from poolhouse.errors import AccessDeniedException
from poolhouse.house import House
from poolhouse.settings import Settings

PATH: Final = "/console"

_FILES: Final = f"{PATH}/static/"
_TYPES: Final = {
    ".css": "text/css;charset=UTF-8",
    ".js": "text/javascript;charset=UTF-8",
    ".svg": "image/svg+xml",
}
_HEADERS: Final = {
    # Kept by the browser, and asked about each time: an upgraded server is never shown by the
    # page of the one before.
    "cache-control": "no-cache",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


def matches(path: str) -> bool:
    return path == PATH or path.startswith(f"{PATH}/")


async def answer(house: House, request: Request) -> Response:
    """The page, one of its files, 304 for what the browser has, or 404."""
    path: str = request.scope["path"]
    if request.method not in ("GET", "HEAD"):
        return Response(b"", status_code=405, headers={"allow": "GET, HEAD"})
    try:
        origins.check(house.settings, request.headers)
    except AccessDeniedException as error:
        return JSONResponse({"message": error.message}, status_code=403)
    if path == f"{PATH}/":
        return RedirectResponse(PATH, status_code=308)
    if path == PATH:
        return _sent(request, "text/html;charset=UTF-8", _page(house.settings))
    found = _static().get(path.removeprefix(_FILES))
    if found is None:
        return JSONResponse({"message": "Not Found"}, status_code=404)
    return _sent(request, *found)


def _page(settings: Settings) -> bytes:
    """The page, told what it cannot ask before anybody has signed in."""
    text = files("poolhouse.console").joinpath("static", "index.html").read_text("utf-8")
    known = {"mode": settings.mode, "region": settings.region, "version": __version__}
    for name, value in known.items():
        text = text.replace(f"{{{name}}}", escape(value))
    return text.encode()


def _sent(request: Request, content_type: str, content: bytes) -> Response:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {**_HEADERS, "etag": tag}
    if tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(content, headers={**headers, "content-type": content_type})


@cache
def _static() -> Mapping[str, tuple[str, bytes]]:
    """Path below ``static/`` to type and content: read once, and only when somebody comes."""
    found: dict[str, tuple[str, bytes]] = {}
    waiting: list[tuple[str, Traversable]] = [("", files("poolhouse.console").joinpath("static"))]
    for prefix, directory in waiting:
        for entry in directory.iterdir():
            if entry.is_dir():
                waiting.append((f"{prefix}{entry.name}/", entry))
                continue
            content_type = _TYPES.get(f".{entry.name.rpartition('.')[2]}")
            if content_type is not None:
                found[f"{prefix}{entry.name}"] = content_type, entry.read_bytes()
    return found
