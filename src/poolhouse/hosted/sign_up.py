"""/signup: a person makes an account.

Field names are those of the classic pages. Source: Amazon Cognito developer guide, "Signing up and
confirming user accounts".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from poolhouse.accounts import sign_up
from poolhouse.auth.password import METHOD
from poolhouse.auth.steps import Proof
from poolhouse.errors import ServiceError
from poolhouse.hosted import (
    attribute_inputs,
    first_factor,
    page_data,
    pages,
    password_rules,
    progress,
    refusals,
    terms,
    unconfirmed,
)
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.sign_in import sign_in_name

_FIELD: Final = "requiredAttributes[{}]"
_PASSWORDS: Final = ("password", "confirm_password")


async def show(guest: Guest) -> Response:
    """The empty form; where only administrators make accounts, the sign-in page."""
    if sign_up.only_administrators_create(guest.pool):
        return page_data.begin_again(guest, "error.sign_up_closed")
    return await _form(guest, guest.request.login_hint, {})


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Make the account; then the code, or straight on where a function confirms by itself."""
    name, password = fields.get("username", "").strip(), fields.get("password", "")
    asked = attribute_inputs.asked_at_sign_up(guest.pool, guest.client)
    given = {each: fields.get(_FIELD.format(each), "").strip() for each in asked}
    if fields.get("confirm_password", password) != password:
        differ = guest.look.language("error.passwords_differ")
        return await _form(guest, name, given, message=differ, blame=_PASSWORDS)
    try:
        made = await sign_up.sign_up(
            guest.house,
            guest.account(name),
            password,
            {attribute: value for attribute, value in given.items() if value},
        )
    except ServiceError as error:
        # A function's refusal too: the person can often mend what it refuses
        # (``refused-on-page``).
        message = refusals.text(guest.look.language, error)
        return await _form(guest, name, given, message=message, blame=refusals.fields(error))
    proof = Proof(guest.flow(name, {}), made.user, methods=(METHOD,) if password else ())
    if made.user.status != "UNCONFIRMED" and not password:
        # Nothing was shown that could sign anybody in.
        return page_data.begin_again(guest, "notice.confirmed")
    if made.user.status != "UNCONFIRMED":
        return await progress.go_on(guest, proof, name, signed_up=True)
    if made.code_delivery is None:
        return page_data.begin_again(guest, "notice.wait_for_administrator")
    return unconfirmed.wait(guest, proof, name, made.code_delivery["Destination"])


async def _form(guest: Guest, name: str, given: Mapping[str, str], **values: Any) -> Response:
    language = guest.look.language
    asked = attribute_inputs.asked_at_sign_up(guest.pool, guest.client)
    return pages.show(
        guest,
        "sign_up.html",
        username=name,
        given=given,
        attributes=attribute_inputs.inputs(language, guest.pool, asked),
        password_optional=first_factor.is_used(guest) and sign_up.allows_no_password(guest.pool),
        rules=password_rules.sentences(language, guest.pool.password_policy),
        terms=await terms.sentence(guest),
        **sign_in_name(guest),
        **values,
    )
