"""/mfa and /mfa/select: the code of a second factor, and the choice between several.

Field names are those of the classic pages. Source: Amazon Cognito developer guide, "Adding MFA to
a user pool".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from poolhouse.auth import one_time_code, second_factor
from poolhouse.domain.second_factors import EMAIL, SMS, TOTP
from poolhouse.hosted import page_data, pages, progress
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData

# Challenge -> what its answer is called.
_CODES: Final[Mapping[str, str]] = {
    TOTP: "SOFTWARE_TOKEN_MFA_CODE",
    SMS: "SMS_MFA_CODE",
    EMAIL: "EMAIL_OTP_CODE",
    one_time_code.SMS: "SMS_OTP_CODE",
}


async def show(guest: Guest) -> Response:
    """Ask for the code."""
    waiting = page_data.read(guest, *_CODES)
    return page_data.begin_again(guest) if waiting is None else _form(guest, waiting)


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge the code."""
    waiting = page_data.read(guest, *_CODES)
    if waiting is None:
        return page_data.begin_again(guest)
    # Apps show the six digits in two groups, and people type the space.
    code = "".join((fields.get("authentication_code") or fields.get("code") or "").split())
    again = partial(_form, guest, waiting)
    return await progress.attempt(guest, waiting, {_CODES[waiting.kind]: code}, again)


async def show_choice(guest: Guest) -> Response:
    """Ask which factor to use."""
    waiting = page_data.read(guest, second_factor.SELECT)
    return page_data.begin_again(guest) if waiting is None else _choice(guest, waiting)


async def choose(guest: Guest, fields: Mapping[str, str]) -> Response:
    """On to the factor that was chosen."""
    waiting = page_data.read(guest, second_factor.SELECT)
    if waiting is None:
        return page_data.begin_again(guest)
    answers = {"ANSWER": fields.get("mfa_type", "")}
    return await progress.attempt(guest, waiting, answers, partial(_choice, guest, waiting))


def _form(guest: Guest, waiting: PageData, **values: Any) -> Response:
    return pages.show(
        guest,
        "mfa.html",
        is_app=waiting.kind == TOTP,
        device=waiting.values.get("device", ""),
        sent_to=waiting.values.get("sent_to", ""),
        **values,
    )


def _choice(guest: Guest, waiting: PageData, **values: Any) -> Response:
    factors = waiting.values["factors"].split()
    return pages.show(guest, "mfa_select.html", factors=factors, **values)
