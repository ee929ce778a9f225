"""From what a person has proven to the page that comes next, or back to the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import orjson
from starlette.responses import Response

from poolhouse.auth import new_password, next_step
from poolhouse.auth.steps import Challenge, Proof
from poolhouse.errors import PasswordResetRequiredException, UserNotConfirmedException
from poolhouse.hosted import page_data, unconfirmed
from poolhouse.hosted.guests import Guest
from poolhouse.oauth import browser_session
from poolhouse.oauth.completion import complete_sign_in
from poolhouse.oauth.redirects import redirect

Kept = Callable[[Challenge], Mapping[str, str]]


def _attributes(challenge: Challenge) -> Mapping[str, str]:
    names = orjson.loads(challenge.parameters["requiredAttributes"])
    return {"attributes": " ".join(name.removeprefix("userAttributes.") for name in names)}


# Challenge -> its page, and what the page has to know of it besides the auth session.
_PAGES: Final[Mapping[str, tuple[str, Kept]]] = {
    new_password.NAME: ("/changePassword", _attributes),
}


async def go_on(guest: Guest, outcome: Challenge | Proof, name: str) -> Response:
    """The next page, or the app. ``name`` is what the person signs in with.

    Raises the :class:`~poolhouse.errors.ServiceError` of a user who may not go on.
    """
    if isinstance(outcome, Challenge):
        return _to_challenge(guest, outcome, name)
    try:
        challenge = await next_step.next_challenge(guest.house, outcome)
    except UserNotConfirmedException:
        return unconfirmed.wait(guest, outcome, name)
    except PasswordResetRequiredException:
        return page_data.go(
            guest, "/forgotPassword", page_data.NOTICE, {"key": "notice.reset_required"}
        )
    if challenge is not None:
        return _to_challenge(guest, challenge, name)
    return await _signed_in(guest, outcome)


def _to_challenge(guest: Guest, challenge: Challenge, name: str) -> Response:
    path, kept = _PAGES[challenge.name]
    values = {"username": name, "session": challenge.session or "", **kept(challenge)}
    return page_data.go(guest, path, challenge.name, values)


async def _signed_in(guest: Guest, proof: Proof) -> Response:
    """Back to the app. The browser is remembered only once the function has agreed."""
    house = guest.house
    location = await complete_sign_in(house, guest.request, proof)
    response = redirect(location, guest.visit.request_id)
    await browser_session.begin(house, guest.visit, proof.user, response)
    page_data.drop(guest, response)
    return response
