"""What is carried from page to page: sealed, in a cookie, for one client and a short time.

It holds the auth session of a challenge, or what a sign-up or recovery waits for. Sealed, so that
nobody reads or forges it; in a cookie, so that a form has no more fields than a script that drives
the pages knows of.
"""

from __future__ import annotations

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import orjson
from starlette.responses import Response

from poolhouse.hosted.guests import Guest
from poolhouse.oauth.redirects import redirect
from poolhouse.store.sealing import SealBroken

COOKIE: Final = "page-data"
LIFE_SECONDS: Final = 3600
NOTICE: Final = "notice"


@dataclass(frozen=True, slots=True)
class PageData:
    """``kind`` says what is waited for: the name of a challenge, or of a page's own step."""

    kind: str
    values: Mapping[str, str]


def read(guest: Guest, *kinds: str) -> PageData | None:
    """What the browser carries, if it is of one of these kinds and still good."""
    try:
        sealed = urlsafe_b64decode(guest.visit.cookies.get(COOKIE, ""))
        content = guest.house.sealer.unseal(sealed, _purpose(guest))
    except (SealBroken, binascii.Error, ValueError):
        return None
    kind, values, expires_ms = orjson.loads(content)
    if kind not in kinds or expires_ms <= guest.house.clock.now_ms():
        return None
    return PageData(kind, values)


def carry(guest: Guest, response: Response, kind: str, values: Mapping[str, str]) -> None:
    """Send it along, in place of what was carried before."""
    expires_ms = guest.house.clock.now_ms() + LIFE_SECONDS * 1000
    content = orjson.dumps([kind, dict(values), expires_ms])
    sealed = guest.house.sealer.seal(content, _purpose(guest))
    value = urlsafe_b64encode(sealed).decode()
    guest.visit.set_cookie(response, COOKIE, value, LIFE_SECONDS)


def drop(guest: Guest, response: Response) -> None:
    """Nothing is waited for any more."""
    if COOKIE in guest.visit.cookies:
        guest.visit.set_cookie(response, COOKIE, "", 0)


def go(guest: Guest, path: str, kind: str, values: Mapping[str, str]) -> Response:
    """To another page, with what it waits for."""
    response = redirect(guest.url(path), guest.visit.request_id)
    carry(guest, response, kind, values)
    return response


def begin_again(guest: Guest, notice: str = "notice.begin_again") -> Response:
    """To the sign-in page, which shows the text of that key once."""
    return go(guest, "/login", NOTICE, {"key": notice})


def _purpose(guest: Guest) -> str:
    return f"page data {guest.pool.id} {guest.client.id}"
