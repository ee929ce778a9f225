"""/login/choose: a person has given a name, and chooses how to prove it.

Only on managed login, for app clients with ``ALLOW_USER_AUTH``. Source: Amazon Cognito developer
guide, "Authentication flows" (choice-based).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from poolhouse.auth import flows, offers
from poolhouse.auth.first_factors import PASSWORD, available
from poolhouse.auth.passkey import NAME as PASSKEY
from poolhouse.auth.steps import NOTHING_SHOWN, Challenge
from poolhouse.domain import feature_plans
from poolhouse.domain.client_flows import ALLOW_CHOICE
from poolhouse.errors import ServiceError
from poolhouse.hosted import page_data, pages, progress
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData

_DISABLED: Final = "User is disabled."


def is_used(guest: Guest) -> bool:
    """Whether people choose here."""
    return (
        guest.look.managed
        and ALLOW_CHOICE in guest.client.auth_flows
        and feature_plans.includes(guest.pool.tier, feature_plans.CHOICE_BASED_SIGN_IN)
    )


async def begin(guest: Guest, name: str) -> Response:
    """From the name to the choice. Raises :class:`ServiceError`."""
    request = guest.flow(name, {})
    try:
        step = await flows.start(guest.house, "USER_AUTH", request)
    except ServiceError as error:
        if not (guest.client.hides_user_existence and error.message == _DISABLED):
            raise
        # ``disabled-looks-unknown``
        offered = await available(guest.house, guest.pool, None)
        step = await offers.select(guest.house, request, None, offered, dict(NOTHING_SHOWN))
    if not isinstance(step, Challenge):
        # Without an auth session or a token in the request no sign-in is over in one step.
        raise TypeError("a choice-based sign-in ended before it began")
    return progress.to_choice(guest, step, name)


async def show(guest: Guest) -> Response:
    """Every way there is, the password at once."""
    waiting = page_data.read(guest, offers.NAME)
    return page_data.begin_again(guest) if waiting is None else _form(guest, waiting)


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge the password or the passkey, or send the code that was asked for."""
    waiting = page_data.read(guest, offers.NAME)
    if waiting is None:
        return page_data.begin_again(guest)
    chosen = fields.get("challenge", PASSWORD)
    answers = {"ANSWER": chosen}
    if chosen == PASSWORD:
        answers["PASSWORD"] = fields.get("password", "")
    elif chosen == PASSKEY:
        answers["CREDENTIAL"] = fields.get("credential", "")
    if not all(answers.values()):
        return _form(guest, waiting, message=guest.look.language("error.missing"))
    return await progress.attempt(guest, waiting, answers, partial(_form, guest, waiting))


def _form(guest: Guest, waiting: PageData, **values: Any) -> Response:
    challenges = waiting.values["challenges"].split()
    codes = [each for each in challenges if each not in (PASSWORD, PASSKEY)]
    return pages.show(
        guest,
        "choose.html",
        scripted=PASSKEY in challenges,
        username=waiting.values["username"],
        has_password=PASSWORD in challenges,
        codes=codes,
        options=waiting.values["options"] if PASSKEY in challenges else "",
        **values,
    )
