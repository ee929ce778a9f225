"""A browser's request to a pool, reduced to what the endpoints and pages need of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response

from poolhouse.house import House
from poolhouse.oauth.pool_paths import Place

_MOST_PARAMETERS = 100


@dataclass(frozen=True, slots=True)
class Visit:
    """``base`` is what stands in front of every path of the pool in the form this request came
    by: ``/POOL_ID``, or nothing on a domain. ``repeated`` names parameters given more than once.
    ``authority`` is ``host`` with its port.
    """

    pool_id: str
    base: str
    query: str
    parameters: Mapping[str, str]
    repeated: frozenset[str]
    cookies: Mapping[str, str]
    secure: bool
    request_id: str
    host: str = ""
    authority: str = ""
    client_address: str = ""
    user_agent: str = ""

    @property
    def cookie_path(self) -> str:
        return f"{self.base}/"

    def set_cookie(
        self, response: Response, name: str, value: str, max_age_seconds: int | None = None
    ) -> None:
        """A cookie for this pool alone, out of reach of scripts and of other sites' forms; until
        the browser is closed, unless it has an age.
        """
        response.set_cookie(
            name,
            value,
            max_age=max_age_seconds,
            path=self.cookie_path,
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )


def read(house: House, request: Request, place: Place, pool_id: str, request_id: str) -> Visit:
    """Empty parameters count as absent, as RFC 6749 section 3.1 asks. Too many count as none."""
    path: str = request.scope["path"]
    query = request.scope["query_string"].decode("latin-1")
    parameters, repeated = _parsed(query)
    return Visit(
        pool_id=pool_id,
        base=path.removesuffix(place.path),
        query=query,
        parameters=parameters,
        repeated=repeated,
        cookies=request.cookies,
        secure=request.url.scheme == "https" or house.settings.base_url.startswith("https:"),
        request_id=request_id,
        host=request.headers.get("host", "").partition(":")[0].lower(),
        authority=request.headers.get("host", "").lower(),
        client_address=request.client.host if request.client else "",
        user_agent=request.headers.get("user-agent", ""),
    )


def with_query(visit: Visit, query: str) -> Visit:
    """The same browser, with a request that it made before."""
    parameters, repeated = _parsed(query)
    return replace(visit, query=query, parameters=parameters, repeated=repeated)


def _parsed(query: str) -> tuple[dict[str, str], frozenset[str]]:
    try:
        pairs = parse_qsl(query, max_num_fields=_MOST_PARAMETERS)
    except ValueError:
        pairs = []
    names = [name for name, _ in pairs]
    return dict(pairs), frozenset(name for name in names if names.count(name) > 1)
