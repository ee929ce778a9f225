"""/login: name and password, or the person who is signed in already.

Source: Amazon Cognito developer guide, "The managed login sign-in endpoint". Field names are those
that scripts post to Cognito.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from poolhouse.accounts.sign_up import only_administrators_create
from poolhouse.auth import password
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain.records import User
from poolhouse.errors import (
    PasswordResetRequiredException,
    ServiceError,
)
from poolhouse.hosted import first_factor, page_data, pages, progress, provider_links, refusals
from poolhouse.hosted.guests import Guest
from poolhouse.oauth import browser_session
from poolhouse.oauth.authorize import is_answered_by
from poolhouse.oauth.completion import complete
from poolhouse.oauth.provider_choice import takes_local_users
from poolhouse.oauth.redirects import redirect

_DISABLED = "User is disabled."


async def show(guest: Guest) -> Response:
    """The empty form; the app may have a guess at the name.

    Whoever is signed in may go on as that, unless the app asks for a person to sign in anew.
    """
    notice = page_data.read(guest, page_data.NOTICE)
    text = guest.look.language(notice.values["key"]) if notice else ""
    known = await browser_session.find(guest.house, guest.visit)
    if known is not None and await is_answered_by(guest.house, guest.request, known):
        response = _as_known(guest, known.user, notice=text)
    elif (location := await provider_links.only(guest)) is not None:
        response = redirect(location, guest.visit.request_id)
    else:
        response = await _form(guest, guest.request.login_hint, notice=text)
    if notice is not None:
        page_data.drop(guest, response)
    return response


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge name and password: onwards, or the form again with the reason."""
    if "continueAsButton" in fields:
        return await _go_on_as_known(guest)
    if not takes_local_users(guest.client):
        return page_data.begin_again(guest)
    name = fields.get("username", "").strip()
    request = guest.flow(name, {"PASSWORD": fields.get("password", "")})
    try:
        if first_factor.is_used(guest) and "password" not in fields:
            return await first_factor.begin(guest, name)
        proof = await password.sign_in(guest.house, request)
        return await progress.go_on(guest, proof, name)
    except PasswordResetRequiredException:
        return page_data.go(
            guest, "/forgotPassword", page_data.NOTICE, {"key": "notice.reset_required"}
        )
    except ServiceError as error:
        refused = await _hidden(guest, error, request)
        return await _form(guest, name, message=refusals.text(guest.look.language, refused))


async def _go_on_as_known(guest: Guest) -> Response:
    known = await browser_session.find(guest.house, guest.visit)
    if known is None or not await is_answered_by(guest.house, guest.request, known):
        return page_data.begin_again(guest)
    location = await complete(guest.house, guest.request, known)
    return redirect(location, guest.visit.request_id)


async def _hidden(guest: Guest, error: ServiceError, request: FlowRequest) -> ServiceError:
    """Where existence is kept secret, a disabled user looks and takes as long as an unknown one
    (``disabled-looks-unknown``).
    """
    if guest.client.hides_user_existence and error.message == _DISABLED:
        try:
            await password.refuse(guest.house, request)
        except ServiceError as refusal:
            return refusal
    return error


def _as_known(guest: Guest, user: User, **values: Any) -> Response:
    """Where names are addresses, the username is a UUID that says nothing to anybody."""
    contacts = (user.attributes.get(each) for each in guest.pool.username_attributes)
    name = next((each for each in contacts if each), user.username)
    anew = urlencode({**guest.visit.parameters, "prompt": "login"})
    other = f"{guest.visit.base}/login?{anew}"
    return pages.show(guest, "signed_in.html", name=name, other=other, **values)


async def _form(guest: Guest, name: str, **values: Any) -> Response:
    return pages.show(
        guest,
        "login_name.html" if first_factor.is_used(guest) else "login.html",
        username=name,
        sign_up_open=not only_administrators_create(guest.pool),
        local=takes_local_users(guest.client),
        providers=await provider_links.of_guest(guest),
        **sign_in_name(guest),
        **values,
    )


def sign_in_name(guest: Guest) -> dict[str, Any]:
    """What the name is called here, and what kind of input takes it."""
    names = set(guest.pool.username_attributes)
    if not names:
        return {"name_label": "label.username", "name_type": "text"}
    if names == {"email"}:
        return {"name_label": "attribute.email", "name_type": "email"}
    if names == {"phone_number"}:
        return {"name_label": "attribute.phone_number", "name_type": "tel"}
    return {"name_label": "label.email_or_phone", "name_type": "text"}
