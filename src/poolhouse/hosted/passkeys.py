"""/passkeys/add: who is signed in makes a passkey for this app's pages.

A page of managed login. It is offered after a sign-up, and apps link to it; whoever is not signed
in does that first. Source: Amazon Cognito developer guide, "Passkey sign-in".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

import orjson
from starlette.responses import Response

from poolhouse.auth import passkey_registration, relying_party
from poolhouse.domain.records import User
from poolhouse.errors import ServiceError
from poolhouse.hosted import pages, refusals
from poolhouse.hosted.guests import Guest
from poolhouse.oauth import browser_session
from poolhouse.oauth.browser_session import Known, lasts
from poolhouse.oauth.completion import complete
from poolhouse.oauth.redirects import PageError, redirect
from poolhouse.oauth.visits import Visit

PATH: Final = "/passkeys/add"
WISH: Final = "add_passkey"
"""A parameter of ours that takes a sign-in here: ``yes``, or ``only`` where the app wants no code.
"""


async def are_possible(guest: Guest) -> bool:
    """Whether people may have passkeys here."""
    allowed = guest.pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    if not guest.look.managed or "WEB_AUTHN" not in allowed:
        return False
    return await relying_party.relying_party_id(guest.house, guest.pool) is not None


def completed(visit: Visit) -> Visit:
    """A client and a redirect URI are enough to link here; then no code is asked for."""
    if "response_type" in visit.parameters:
        return visit
    given = {**visit.parameters, "response_type": "code", WISH: "only"}
    return replace(visit, parameters=given, query=urlencode(given))


async def show(guest: Guest) -> Response:
    """Ask the browser for a passkey."""
    if not await are_possible(guest):
        raise PageError("invalid_request", guest.client.id)
    known = await _known(guest)
    if known is None:
        wish = {WISH: guest.visit.parameters.get(WISH, "yes")}
        query = urlencode({**guest.visit.parameters, **wish})
        return redirect(f"{guest.visit.base}/login?{query}", guest.visit.request_id)
    return await _form(guest, known.user)


async def _known(guest: Guest) -> Known | None:
    """Who is signed in, lately enough for this app: a passkey outlives the sign-in that adds it."""
    known = await browser_session.find(guest.house, guest.visit)
    if known is None or not await lasts(guest.house, guest.pool, guest.client, known):
        return None
    return known


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Keep the passkey, or go on without."""
    known = await _known(guest)
    if known is None or not await are_possible(guest):
        raise PageError("invalid_request", guest.client.id)
    if "later" not in fields:
        try:
            credential = _credential(fields.get("credential", ""))
            await passkey_registration.complete(
                guest.house, guest.pool, guest.client, known.user, credential
            )
        except ServiceError as error:
            message = refusals.text(guest.look.language, error)
            return await _form(guest, known.user, message=message)
    if guest.visit.parameters.get(WISH) == "only":
        return redirect(guest.request.back.redirect_uri, guest.visit.request_id)
    location = await complete(guest.house, guest.request, known)
    return redirect(location, guest.visit.request_id)


async def _form(guest: Guest, user: User, **values: Any) -> Response:
    try:
        options = await passkey_registration.start(guest.house, guest.pool, guest.client, user)
    except ServiceError as error:
        values = {"message": refusals.text(guest.look.language, error)}
        options = None
    return pages.show(
        guest,
        "add_passkey.html",
        scripted=True,
        options=orjson.dumps(options).decode() if options else "",
        **values,
    )


def _credential(text: str) -> dict[str, Any]:
    try:
        credential = orjson.loads(text)
    except orjson.JSONDecodeError:
        return {}
    return credential if isinstance(credential, dict) else {}
