"""The map of the pages: which path shows what, and what every page has in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from starlette.requests import Request
from starlette.responses import Response

from poolhouse.hosted import (
    assets,
    confirmation,
    event_feedback,
    first_factor,
    forms,
    guests,
    mfa,
    mfa_setup,
    new_password,
    pages,
    passkeys,
    recovery,
    refusals,
    sign_in,
    sign_up,
)
from poolhouse.hosted.guests import Guest
from poolhouse.house import House
from poolhouse.oauth import authorization_requests, pool_paths, responses, visits
from poolhouse.oauth.redirects import PageError, ReturnedError, redirect
from poolhouse.oauth.routes import to_the_pool
from poolhouse.oauth.visits import Visit
from poolhouse.store import pools
from poolhouse.store.database import DatabaseUnavailable

log = structlog.get_logger("poolhouse.hosted")

Show = Callable[[Guest], Awaitable[Response]]
Follow = Callable[[House, Request, Visit], Awaitable[Response]]
Submit = Callable[[Guest, Mapping[str, str]], Awaitable[Response]]

SHOWN: Final[Mapping[str, Show]] = {
    "/login": sign_in.show,
    "/login/choose": first_factor.show,
    "/signup": sign_up.show,
    "/confirm": confirmation.show,
    "/forgotPassword": recovery.show,
    "/confirmforgotPassword": recovery.show_confirmation,
    "/changePassword": new_password.show,
    "/mfa": mfa.show,
    "/mfa/select": mfa.show_choice,
    "/mfa/setup": mfa_setup.show,
    "/mfa/setup/totp": mfa_setup.show_app,
    "/mfa/setup/email": mfa_setup.show_email,
    "/mfa/setup/sms": mfa_setup.show_sms,
    passkeys.PATH: passkeys.show,
}
FORMS: Final[Mapping[str, Submit]] = {
    "/login": sign_in.submit,
    "/login/choose": first_factor.submit,
    "/signup": sign_up.submit,
    "/confirm": confirmation.submit,
    "/resendcode": confirmation.resend,
    "/forgotPassword": recovery.submit,
    "/confirmforgotPassword": recovery.submit_confirmation,
    "/changePassword": new_password.submit,
    "/mfa": mfa.submit,
    "/mfa/select": mfa.choose,
    "/mfa/setup": mfa_setup.choose,
    "/mfa/setup/totp": mfa_setup.submit_app,
    "/mfa/setup/email": mfa_setup.submit_email,
    "/mfa/setup/sms": mfa_setup.submit_sms,
    passkeys.PATH: passkeys.submit,
}


async def _confirm_user(house: House, request: Request, visit: Visit) -> Response:
    if request.scope["method"] != "GET":
        return responses.empty(visit.request_id, status=405)
    pool, client = await authorization_requests.find_client(house, visit)
    look = await guests.look(house, visit, client)
    return await confirmation.follow_link(house, visit, look, pool, client)


_LINKS: Final[Mapping[str, Follow]] = {
    "/confirmUser": _confirm_user,
    event_feedback.PATH: event_feedback.answer,
}
"""Where messages lead: no app has asked for these."""
_ERROR: Final = "/error"
# Two spellings of some paths are about, so letters of either case are taken.
_PATHS: Final = {path.lower(): path for path in (*SHOWN, *FORMS, *assets.PATHS, *_LINKS, _ERROR)}
_ENDINGS: Final = tuple(_PATHS)


def matches(path: str) -> bool:
    """Whether a path may be a page; what it belongs to is found out by :func:`answer`."""
    return path.lower().endswith(_ENDINGS)


async def answer(house: House, request: Request) -> Response:
    """Answer a page. Never raises: a bug is an error page, its details are in the log only."""
    path = request.scope["path"]
    place = await pool_paths.resolve(house, request.headers.get("host", ""), path)
    if place is None or place.path.lower() not in _PATHS:
        return responses.not_found("Not Found")
    if place.pool_id is None:
        return await to_the_pool(house, place, request, house.ids.uuid())
    if await pools.find(house.db, place.pool_id) is None:
        return responses.not_found(f"User pool {place.pool_id} does not exist.")
    visit = visits.read(house, request, place, place.pool_id, house.ids.uuid())
    try:
        return await _route(house, request, visit, _PATHS[place.path.lower()])
    except PageError as error:
        return redirect(error.location(visit.base), visit.request_id)
    except ReturnedError as error:
        return redirect(error.location, visit.request_id)
    except forms.ForeignForm:
        return pages.error_page(visit, await guests.look(house, visit), status=403)
    except DatabaseUnavailable:
        raise  # not even an error page knows its pool now
    except Exception:
        log.exception("the page failed", request_id=visit.request_id)
        return pages.error_page(visit, await guests.look(house, visit), status=500)


async def _route(house: House, request: Request, visit: Visit, path: str) -> Response:
    method = request.scope["method"]
    if method in ("GET", "HEAD"):
        if path in assets.PATHS:
            return await assets.answer(house, visit, path)
        if path == _ERROR:
            look = await guests.look(house, visit)
            return pages.error_page(
                visit, look, status=400, error=visit.parameters.get("error", "")
            )
        show = SHOWN.get(path)
        if show is not None:
            guest = await _guest(house, visit, path)
            if await guests.lacks_style(house, guest):
                return pages.plain(visit, guest.look, "unavailable.html", status=403)
            return await show(guest)
    if path in _LINKS:
        return await _LINKS[path](house, request, visit)
    submit = FORMS.get(path) if method == "POST" else None
    if submit is None:
        return responses.empty(visit.request_id, status=405)
    fields = await forms.read(request, visit)
    guest = await _guest(house, visit, path)
    try:
        return await submit(guest, fields)
    except refusals.OF_TRIGGERS as error:
        # What a function says is for the app to hear, not for the person at the page.
        raise ReturnedError(guest.request.back, "invalid_request", error.message) from error


async def _guest(house: House, visit: Visit, path: str) -> Guest:
    if path == passkeys.PATH:
        visit = passkeys.completed(visit)
    request = await authorization_requests.read(house, visit)
    look = await guests.look(house, visit, request.client)
    return Guest(house, visit, look, request)
