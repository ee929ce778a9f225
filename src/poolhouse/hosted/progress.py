"""From what a person has proven to the page that comes next, or back to the app."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import orjson
from starlette.responses import Response

from poolhouse.auth import (
    flows,
    mfa_setup,
    new_password,
    next_step,
    offers,
    one_time_code,
    second_factor,
    step_up,
)
from poolhouse.auth.first_factors import PASSWORD_SRP
from poolhouse.auth.passkey import OPTIONS
from poolhouse.auth.steps import Challenge, Proof
from poolhouse.domain.second_factors import EMAIL, SMS, TOTP
from poolhouse.errors import (
    PasswordResetRequiredException,
    ServiceError,
    UserNotConfirmedException,
)
from poolhouse.hosted import page_data, passkeys, refusals, unconfirmed
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData
from poolhouse.oauth import browser_session
from poolhouse.oauth.browser_session import Started
from poolhouse.oauth.completion import accept_sign_in, complete_sign_in
from poolhouse.oauth.redirects import redirect

# What the parameters of a challenge are called, and what the pages call them.
_NAMES: Final = {
    "CODE_DELIVERY_DESTINATION": "sent_to",
    "FRIENDLY_DEVICE_NAME": "device",
}
_LISTS: Final = ("MFAS_CAN_CHOOSE", "MFAS_CAN_SETUP")
# A cookie holds four kilobytes; without the list of keys a browser looks for one by itself.
_LONGEST_OPTIONS: Final = 1_500
_PAGES: Final[Mapping[str, str]] = {
    new_password.NAME: "/changePassword",
    SMS: "/mfa",
    TOTP: "/mfa",
    EMAIL: "/mfa",
    one_time_code.SMS: "/mfa",
    second_factor.SELECT: "/mfa/select",
    mfa_setup.NAME: "/mfa/setup",
}


async def go_on(
    guest: Guest, outcome: Challenge | Proof, name: str, *, signed_up: bool = False
) -> Response:
    """The next page, or the app. ``name`` is what the person signs in with; who has just
    ``signed_up`` may make a passkey.

    Raises the :class:`~poolhouse.errors.ServiceError` of a user who may not go on.
    """
    if isinstance(outcome, Challenge):
        return _to_challenge(guest, outcome, name)
    outcome = await _asked_for(guest, outcome)
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
    return await _signed_in(guest, outcome, signed_up=signed_up)


async def answer(guest: Guest, waiting: PageData, answers: Mapping[str, str]) -> Response:
    """Judge the answer to the challenge that a browser carries, and go on.

    Raises :class:`~poolhouse.errors.ServiceError` for a wrong answer.
    """
    name = waiting.values["username"]
    request = guest.flow(name, answers, waiting.values["session"])
    return await go_on(guest, await flows.judge(guest.house, waiting.kind, request), name)


async def attempt(
    guest: Guest,
    waiting: PageData,
    answers: Mapping[str, str],
    again: Callable[..., Response],
) -> Response:
    """The same, with ``again`` for a wrong answer: the form, given ``message`` and ``blame``.

    An auth session that is over leaves nothing but to begin again.
    """
    try:
        return await answer(guest, waiting, answers)
    except ServiceError as error:
        if refusals.is_over(error):
            return page_data.begin_again(guest)
        text = refusals.text(guest.look.language, error)
        return again(message=text, blame=refusals.fields(error))


async def _asked_for(guest: Guest, proof: Proof) -> Proof:
    """The proof with the level of assurance that the app asks for, if the user can reach one."""
    if proof.asked is not None:
        return proof
    pool, acr_values = guest.request.pool, guest.request.acr_values
    asked = await step_up.asked_by_page(guest.house, pool, proof.user, acr_values)
    return proof if asked is None else replace(proof, asked=asked)


def to_choice(guest: Guest, choice: Challenge, name: str) -> Response:
    """The page that offers what a person may sign in with."""
    challenges = [each for each in choice.available if each != PASSWORD_SRP]
    values = {
        "username": name,
        "session": choice.session or "",
        "challenges": " ".join(challenges),
        "options": _short(choice.parameters.get(OPTIONS, "")),
    }
    return page_data.go(guest, "/login/choose", offers.NAME, values)


def _short(options: str) -> str:
    if len(options) <= _LONGEST_OPTIONS:
        return options
    return orjson.dumps({**orjson.loads(options), "allowCredentials": []}).decode()


def _to_challenge(guest: Guest, challenge: Challenge, name: str) -> Response:
    if challenge.name == offers.NAME:
        return to_choice(guest, challenge, name)
    values = {"username": name, "session": challenge.session or "", **_kept(challenge.parameters)}
    return page_data.go(guest, _PAGES[challenge.name], challenge.name, values)


def _kept(parameters: Mapping[str, str]) -> dict[str, str]:
    """What a page has to know of a challenge besides its session: little, for it is a cookie."""
    kept = {_NAMES[name]: value for name, value in parameters.items() if name in _NAMES}
    for name in _LISTS:
        if name in parameters:
            kept["factors"] = " ".join(orjson.loads(parameters[name]))
    if "requiredAttributes" in parameters:
        names = orjson.loads(parameters["requiredAttributes"])
        kept["attributes"] = " ".join(name.removeprefix("userAttributes.") for name in names)
    return kept


async def _signed_in(guest: Guest, proof: Proof, *, signed_up: bool) -> Response:
    """Back to the app. The browser is remembered only once the functions have agreed."""
    house, visit = guest.house, guest.visit
    session_id = browser_session.new_session_id(house, guest.request.pool)
    wishes = signed_up or passkeys.WISH in guest.visit.parameters
    if wishes and await passkeys.are_possible(guest):
        await accept_sign_in(house, guest.request, proof)
        location = guest.url(passkeys.PATH)
    else:
        location = await complete_sign_in(house, guest.request, proof, session_id)
    response = redirect(location, visit.request_id)
    started = Started(proof.user, guest.client.id, proof.methods, session_id)
    await browser_session.begin(house, visit, started, response)
    page_data.drop(guest, response)
    return response
