"""/changePassword: a new password in place of a temporary one, with what else was missing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from poolhouse.auth import new_password
from poolhouse.hosted import (
    attribute_inputs,
    page_data,
    pages,
    password_rules,
    progress,
)
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData

_FIELD: Final = "requiredAttributes[{}]"
_PASSWORDS: Final = ("new_password", "confirm_password")


async def show(guest: Guest) -> Response:
    """Ask for the new password."""
    waiting = page_data.read(guest, new_password.NAME)
    return page_data.begin_again(guest) if waiting is None else _form(guest, waiting, {})


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge the new password and the attributes that were missing."""
    waiting = page_data.read(guest, new_password.NAME)
    if waiting is None:
        return page_data.begin_again(guest)
    password = fields.get("new_password", "")
    wanted = waiting.values["attributes"].split()
    given = {each: fields.get(_FIELD.format(each), "").strip() for each in wanted}
    language = guest.look.language
    if fields.get("confirm_password") != password:
        differ = language("error.passwords_differ")
        return _form(guest, waiting, given, message=differ, blame=_PASSWORDS)
    answers = {f"userAttributes.{each}": value for each, value in given.items() if value}
    again = partial(_form, guest, waiting, given)
    return await progress.attempt(guest, waiting, {"NEW_PASSWORD": password, **answers}, again)


def _form(guest: Guest, waiting: PageData, given: Mapping[str, str], **values: Any) -> Response:
    language = guest.look.language
    wanted = waiting.values["attributes"].split()
    return pages.show(
        guest,
        "new_password.html",
        username=waiting.values["username"],
        given=given,
        attributes=attribute_inputs.inputs(language, guest.pool, wanted),
        rules=password_rules.sentences(language, guest.pool.password_policy),
        **values,
    )
