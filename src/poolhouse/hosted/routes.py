"""The map of the pages: which path shows what, and what every page has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from poolhouse.hosted import forms, pages, sign_in
from poolhouse.house import House
from poolhouse.oauth import authorization_requests, pool_paths, responses, visits
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.redirects import PageError, ReturnedError, redirect
from poolhouse.oauth.routes import to_the_pool
from poolhouse.oauth.visits import Visit
from poolhouse.store import pools

log = structlog.get_logger("poolhouse.hosted")

Show = Callable[[House, Visit, AuthorizationRequest], Awaitable[Response]]
Submit = Callable[[House, Visit, AuthorizationRequest, Mapping[str, str]], Awaitable[Response]]

_SHOWN: Final[dict[str, Show]] = {"/login": sign_in.show}
_SUBMITTED: Final[dict[str, Submit]] = {
    "/login": sign_in.submit,
    "/changePassword": sign_in.submit_new_password,
}
_NAMES: Final = frozenset({"login", "changePassword", "error", "pages.css"})


def matches(path: str) -> bool:
    """Whether a path may be a page; what it belongs to is found out by :func:`answer`."""
    return path.rpartition("/")[2] in _NAMES


async def answer(house: House, request: Request) -> Response:
    """Answer a page. Never raises: a bug is an error page, its details are in the log only."""
    path = request.scope["path"]
    place = await pool_paths.resolve(house, request.headers.get("host", ""), path)
    if place is None:
        return responses.not_found("Not Found")
    if place.pool_id is None:
        return await to_the_pool(house, place, request, house.ids.uuid())
    if await pools.find(house.db, place.pool_id) is None:
        return responses.not_found(f"User pool {place.pool_id} does not exist.")
    visit = visits.read(house, request, place, place.pool_id, house.ids.uuid())
    try:
        return await _route(house, request, visit, place.path)
    except PageError as error:
        return redirect(error.location(visit.base), visit.request_id)
    except ReturnedError as error:
        return redirect(error.location, visit.request_id)
    except forms.ForeignForm:
        return pages.error_page(visit, status=403)
    except Exception:
        log.exception("the page failed", request_id=visit.request_id)
        return pages.error_page(visit, status=500)


async def _route(house: House, request: Request, visit: Visit, path: str) -> Response:
    method = request.scope["method"]
    if method in ("GET", "HEAD"):
        if path == pages.STYLE_PATH:
            return pages.style()
        if path == "/error":
            return pages.error_page(visit, status=400, error=visit.parameters.get("error", ""))
        show = _SHOWN.get(path)
        if show is not None:
            return await show(house, visit, await authorization_requests.read(house, visit))
    submit = _SUBMITTED.get(path) if method == "POST" else None
    if submit is None:
        return responses.empty(visit.request_id, status=405)
    fields = await forms.read(request, visit)
    return await submit(house, visit, await authorization_requests.read(house, visit), fields)
