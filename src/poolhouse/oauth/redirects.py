"""Where a browser is sent: back to the app with an outcome, or to a page of ours.

A URL of an app is used exactly as it is registered; what a request brings only ever becomes an
encoded parameter behind it. Source: RFC 6749 sections 4.1.2 and 4.2.2; RFC 9700 section 4.1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from starlette.responses import Response

PRIVATE: Final = {
    "cache-control": "no-cache, no-store, max-age=0, must-revalidate",
    "pragma": "no-cache",
    "expires": "0",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "x-xss-protection": "1; mode=block",
    # Browsers send "Origin: null" with a form of a page under "no-referrer", and the origin is
    # what tells our forms from those of strangers. To other sites this tells nothing either.
    "referrer-policy": "same-origin",
}
_URL_CHARACTERS: Final = "%/:?#[]@!$&'()*+,;=~-._"


@dataclass(frozen=True, slots=True)
class Return:
    """The way back to the app: a redirect URI that was found registered, and its ``state``.

    ``issuer`` is told to apps that compare it (RFC 9207), where it is set.
    """

    redirect_uri: str
    state: str | None
    in_fragment: bool
    issuer: str | None = None

    def with_outcome(self, outcome: Mapping[str, str]) -> str:
        """The URL that carries ``outcome``: in the query for a code, else in the fragment."""
        state = {} if self.state is None else {"state": self.state}
        issuer = {} if self.issuer is None else {"iss": self.issuer}
        encoded = urlencode({**outcome, **state, **issuer})
        if self.in_fragment:
            return f"{self.redirect_uri}#{encoded}"
        return f"{self.redirect_uri}{'&' if '?' in self.redirect_uri else '?'}{encoded}"

    def with_error(self, error: str, description: str | None = None) -> str:
        """Description first, as observed."""
        described = {} if description is None else {"error_description": description}
        return self.with_outcome({**described, "error": error})


class PageError(Exception):
    """A request that names no place to go back to: shown by us, never redirected to the app."""

    def __init__(self, error: str, client_id: str | None = None) -> None:
        super().__init__(error)
        self.error = error
        self.client_id = client_id

    def location(self, base: str) -> str:
        named = {} if self.client_id is None else {"client_id": self.client_id}
        return f"{base}/error?{urlencode({'error': self.error, **named})}"


class ReturnedError(Exception):
    """An error for the app to hear of."""

    def __init__(self, back: Return, error: str, description: str | None = None) -> None:
        super().__init__(error)
        self.location = back.with_error(error, description)


def redirect(location: str, request_id: str) -> Response:
    """302: every browser goes on with a GET."""
    return Response(
        b"",
        status_code=302,
        headers={
            **PRIVATE,
            "x-amz-cognito-request-id": request_id,
            "location": quote(location, safe=_URL_CHARACTERS),
        },
    )
