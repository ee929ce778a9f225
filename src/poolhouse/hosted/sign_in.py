"""/login and /changePassword: name and password, and a new password where one is due.

Source: Amazon Cognito developer guide, "The managed login sign-in endpoint". Field names are those
that scripts post to Cognito; those of the new password are ours.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from starlette.responses import Response

from poolhouse.auth import new_password, next_step, password
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.errors import NotAuthorizedException, ServiceError
from poolhouse.hosted import pages
from poolhouse.house import House
from poolhouse.oauth import browser_session
from poolhouse.oauth.authorization_requests import AuthorizationRequest
from poolhouse.oauth.completion import complete_sign_in
from poolhouse.oauth.redirects import redirect
from poolhouse.oauth.visits import Visit

# Ours.
NO_MATCH = "The passwords do not match."
NO_PAGE = "poolhouse has no page for {challenge} yet."
_PREFIX = "userAttributes."


async def show(house: House, visit: Visit, request: AuthorizationRequest) -> Response:
    """The empty form; the app may have a guess at the name."""
    return pages.form_page(
        house, visit, request, "login.html", username=request.login_hint, message=""
    )


async def submit(
    house: House, visit: Visit, request: AuthorizationRequest, fields: Mapping[str, str]
) -> Response:
    """Judge name and password: onwards, or the form again with the reason."""
    name = fields.get("username", "").strip()
    given = {"USERNAME": name, "PASSWORD": fields.get("password", "")}
    flow_request = FlowRequest(request.pool, request.client, given, by_admin=False)
    try:
        proof = await password.sign_in(house, flow_request)
        challenge = await next_step.next_challenge(house, proof)
    except ServiceError as error:
        return _again(house, visit, request, name, error.message)
    if challenge is not None and challenge.name != new_password.NAME:
        return _again(house, visit, request, name, NO_PAGE.format(challenge=challenge.name))
    if challenge is not None:
        return _new_password_page(house, visit, request, name, challenge)
    return await _signed_in(house, visit, request, proof)


async def submit_new_password(
    house: House, visit: Visit, request: AuthorizationRequest, fields: Mapping[str, str]
) -> Response:
    """Judge the new password and the attributes that were missing."""
    name, session = fields.get("username", ""), fields.get("session", "")
    answers = {key: value for key, value in fields.items() if key.startswith(_PREFIX)}
    wanted = fields.get("attributes", "").split()
    asked = Challenge(
        new_password.NAME,
        session,
        {"requiredAttributes": orjson.dumps([_PREFIX + each for each in wanted]).decode()},
    )
    if fields.get("new_password") != fields.get("confirm_password"):
        return _new_password_page(house, visit, request, name, asked, NO_MATCH)
    given = {"USERNAME": name, "NEW_PASSWORD": fields.get("new_password", ""), **answers}
    flow_request = FlowRequest(request.pool, request.client, given, by_admin=False, session=session)
    try:
        proof = await new_password.answer(house, flow_request)
        challenge = await next_step.next_challenge(house, proof)
    except NotAuthorizedException as error:
        # The session is over or spent: begin again.
        return _again(house, visit, request, name, error.message)
    except ServiceError as error:
        return _new_password_page(house, visit, request, name, asked, error.message)
    if challenge is not None:
        return _again(house, visit, request, name, NO_PAGE.format(challenge=challenge.name))
    return await _signed_in(house, visit, request, proof)


async def _signed_in(
    house: House, visit: Visit, request: AuthorizationRequest, proof: Proof
) -> Response:
    """Back to the app. The browser is remembered only once the function has agreed."""
    location = await complete_sign_in(house, request, proof)
    response = redirect(location, visit.request_id)
    await browser_session.begin(house, visit, proof.user, response)
    return response


def _again(
    house: House, visit: Visit, request: AuthorizationRequest, name: str, message: str
) -> Response:
    return pages.form_page(house, visit, request, "login.html", username=name, message=message)


def _new_password_page(
    house: House,
    visit: Visit,
    request: AuthorizationRequest,
    name: str,
    challenge: Challenge,
    message: str = "",
) -> Response:
    required = orjson.loads(challenge.parameters["requiredAttributes"])
    return pages.form_page(
        house,
        visit,
        request,
        "new_password.html",
        username=name,
        session=challenge.session,
        attributes=[each.removeprefix(_PREFIX) for each in required],
        message=message,
    )
