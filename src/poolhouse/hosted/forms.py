"""Forms of the pages, and the two checks that keep strangers from sending them.

The hidden field ``_csrf`` must equal the cookie ``XSRF-TOKEN`` (double submit), and a browser that
says where a form comes from must name this host: a neighbour under the same parent domain could
plant the cookie, but not the origin. Some clients name the field ``csrf``.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from poolhouse.bodies import read_body
from poolhouse.errors import RequestEntityTooLargeException
from poolhouse.house import House
from poolhouse.oauth import forms
from poolhouse.oauth.errors import OAuthError
from poolhouse.oauth.visits import Visit

CSRF_COOKIE: Final = "XSRF-TOKEN"
_TOKEN: Final = re.compile(r"[0-9a-f-]{36}", re.ASCII)
_MOST_BODY_BYTES: Final = 65_536


class ForeignForm(Exception):
    """A form that did not come from a page of ours, or not from this browser."""


async def read(request: Request, visit: Visit) -> Mapping[str, str]:
    """The fields of a posted form. Raises :class:`ForeignForm`."""
    if not forms.is_form(request.headers.get("content-type", "")):
        raise ForeignForm
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        raise ForeignForm
    try:
        fields = forms.parse(await read_body(request, _MOST_BODY_BYTES))
    except (OAuthError, RequestEntityTooLargeException) as error:
        raise ForeignForm from error
    given = fields.get("_csrf") or fields.get("csrf") or ""
    expected = visit.cookies.get(CSRF_COOKIE, "")
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForeignForm
    return fields


def token(house: House, visit: Visit) -> str:
    """The browser's token if it has one, so that pages in several tabs stay good."""
    current = visit.cookies.get(CSRF_COOKIE, "")
    return current if _TOKEN.fullmatch(current) else house.ids.uuid()


def set_token(visit: Visit, response: Response, value: str) -> None:
    """Send the cookie along with the page that holds ``value``."""
    visit.set_cookie(response, CSRF_COOKIE, value)
