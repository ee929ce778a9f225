"""/forgotPassword and /confirmforgotPassword: a code to a proven address, then a new password.

Source: Amazon Cognito developer guide, "Recovering user accounts"; OWASP Forgot Password Cheat
Sheet (the same answer whether a user exists or not).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from poolhouse.accounts import codes, recovery, recovery_channel, simulation
from poolhouse.errors import (
    CodeMismatchException,
    ExpiredCodeException,
    NotAuthorizedException,
    ServiceError,
    UserNotConfirmedException,
)
from poolhouse.hosted import page_data, pages, password_rules, refusals
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData
from poolhouse.hosted.sign_in import sign_in_name

KIND: Final = "RECOVER"
_PASSWORDS: Final = ("password", "confirm_password")
# What only those who exist are refused with.
_TELLING: Final = (ExpiredCodeException, NotAuthorizedException, UserNotConfirmedException)


async def show(guest: Guest) -> Response:
    """Ask for the name."""
    notice = page_data.read(guest, page_data.NOTICE)
    text = guest.look.language(notice.values["key"]) if notice else ""
    response = _form(guest, guest.request.login_hint, notice=text)
    if notice is not None:
        page_data.drop(guest, response)
    return response


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Send a code, or look as if one was sent."""
    name = fields.get("username", "").strip()
    if not name:
        return _form(guest, name, message=guest.look.language("error.missing"))
    request = guest.account(name)
    try:
        details = await recovery.forgot_password(guest.house, request)
    except ServiceError as error:
        if not (guest.client.hides_user_existence and error.message == recovery.WRONG_STATE):
            return _form(guest, name, message=refusals.text(guest.look.language, error))
        # Of an invited or federated user the API says that they cannot be reset; on a page that
        # would tell a stranger that they exist (``invited-looks-reset``).
        contact = recovery_channel.preferred(guest.pool)[0]
        details = simulation.code_delivery(guest.house, request, contact)
    values = {"username": name, "sent_to": details["Destination"]}
    return page_data.go(guest, "/confirmforgotPassword", KIND, values)


async def show_confirmation(guest: Guest) -> Response:
    """Ask for the code and the new password."""
    waiting = page_data.read(guest, KIND)
    return page_data.begin_again(guest) if waiting is None else _second_form(guest, waiting)


async def submit_confirmation(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge the code and keep the new password; then its owner signs in with it."""
    waiting = page_data.read(guest, KIND)
    if waiting is None:
        return page_data.begin_again(guest)
    language, password = guest.look.language, fields.get("password", "")
    if fields.get("confirm_password") != password:
        differ = language("error.passwords_differ")
        return _second_form(guest, waiting, message=differ, blame=_PASSWORDS)
    code = (fields.get("verification_code") or fields.get("code") or "").strip()
    request = guest.account(waiting.values["username"])
    try:
        await recovery.confirm_forgot_password(guest.house, request, code, password)
    except ServiceError as error:
        refused = _hidden(guest, error)
        message, blame = refusals.text(language, refused), refusals.fields(refused)
        return _second_form(guest, waiting, message=message, blame=blame)
    return page_data.begin_again(guest, "notice.password_changed")


def _hidden(guest: Guest, error: ServiceError) -> ServiceError:
    """Where existence is kept secret, a code that was never sent is as wrong as any other."""
    if guest.client.hides_user_existence and isinstance(error, _TELLING):
        return CodeMismatchException(codes.MISMATCH)
    return error


def _form(guest: Guest, name: str, **values: Any) -> Response:
    return pages.show(guest, "forgot_password.html", username=name, **sign_in_name(guest), **values)


def _second_form(guest: Guest, waiting: PageData, **values: Any) -> Response:
    return pages.show(
        guest,
        "confirm_forgot_password.html",
        username=waiting.values["username"],
        sent_to=waiting.values["sent_to"],
        rules=password_rules.sentences(guest.look.language, guest.pool.password_policy),
        **values,
    )
