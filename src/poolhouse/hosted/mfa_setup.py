"""/mfa/setup: where the pool asks for a second factor, setting one up to sign in.

An authenticator app takes the secret from a QR code or by hand, and proves it with a first code; an
address proves itself with a code. Source: Amazon Cognito developer guide, "TOTP software token
MFA"; the key URI format of authenticator apps.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from starlette.responses import Response

from poolhouse.auth import mfa_setup, software_token_setup
from poolhouse.domain.second_factors import EMAIL, SMS, TOTP
from poolhouse.errors import ServiceError
from poolhouse.hosted import page_data, pages, progress, refusals
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData

_APP: Final = "TOTP_SETUP"
_ADDRESSES: Final[Mapping[str, str]] = {EMAIL: "/mfa/setup/email", SMS: "/mfa/setup/sms"}
_LONGEST_NAME: Final = 64


async def show(guest: Guest) -> Response:
    """Ask which factor to set up."""
    waiting = page_data.read(guest, mfa_setup.NAME)
    return page_data.begin_again(guest) if waiting is None else _choice(guest, waiting)


async def choose(guest: Guest, fields: Mapping[str, str]) -> Response:
    """On to the set-up of the factor that was chosen; an app gets its secret now."""
    waiting = page_data.read(guest, mfa_setup.NAME)
    if waiting is None:
        return page_data.begin_again(guest)
    values, chosen = waiting.values, fields.get("mfa_type", "")
    if chosen in _ADDRESSES and chosen in values["factors"].split():
        return page_data.go(guest, _ADDRESSES[chosen], mfa_setup.NAME, values)
    try:
        request = guest.flow(values["username"], {}, values["session"])
        made = await software_token_setup.associate_in_session(guest.house, request)
    except ServiceError as error:
        return _refused(guest, error) or _choice(guest, waiting, error)
    kept = {**values, "session": made.session or "", "secret": made.secret}
    return page_data.go(guest, "/mfa/setup/totp", _APP, kept)


async def show_app(guest: Guest) -> Response:
    """The secret as a QR code and as text."""
    waiting = page_data.read(guest, _APP)
    return page_data.begin_again(guest) if waiting is None else _app_form(guest, waiting)


async def submit_app(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge the app's first code, and go on signing in."""
    waiting = page_data.read(guest, _APP)
    if waiting is None:
        return page_data.begin_again(guest)
    values = waiting.values
    code = "".join(fields.get("authentication_code", "").split())
    device = fields.get("friendly_device_name", "").strip()[:_LONGEST_NAME]
    request = guest.flow(values["username"], {}, values["session"])
    try:
        session = await software_token_setup.verify_in_session(guest.house, request, code, device)
        verified = PageData(mfa_setup.NAME, {**values, "session": session})
        return await progress.answer(guest, verified, {})
    except ServiceError as error:
        return _refused(guest, error) or _app_form(guest, waiting, error)


async def show_email(guest: Guest) -> Response:
    """Ask for an email address."""
    return _show_address(guest, EMAIL)


async def show_sms(guest: Guest) -> Response:
    """Ask for a phone number."""
    return _show_address(guest, SMS)


async def submit_email(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Send a code to the address; the code's page is that of every code."""
    return await _submit_address(guest, EMAIL, fields.get("email", ""))


async def submit_sms(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Send a code to the number. The API leaves numbers to administrators; the pages do not."""
    return await _submit_address(guest, SMS, fields.get("phone_number", ""))


async def _submit_address(guest: Guest, factor: str, typed: str) -> Response:
    waiting = page_data.read(guest, mfa_setup.NAME)
    if waiting is None:
        return page_data.begin_again(guest)
    name, given = waiting.values["username"], "".join(typed.split())
    try:
        request = guest.flow(name, {}, waiting.values["session"])
        challenge = await mfa_setup.send_to(guest.house, request, factor, given)
        return await progress.go_on(guest, challenge, name)
    except ServiceError as error:
        message = refusals.text(guest.look.language, error)
        return _refused(guest, error) or _address_form(guest, factor, given, message=message)


def _show_address(guest: Guest, factor: str) -> Response:
    waiting = page_data.read(guest, mfa_setup.NAME)
    if waiting is None or factor not in waiting.values["factors"].split():
        return page_data.begin_again(guest)
    return _address_form(guest, factor, "")


def _refused(guest: Guest, error: ServiceError) -> Response | None:
    return page_data.begin_again(guest) if refusals.is_over(error) else None


def _choice(guest: Guest, waiting: PageData, error: ServiceError | None = None) -> Response:
    known = {TOTP, *_ADDRESSES}
    factors = [each for each in waiting.values["factors"].split() if each in known]
    message = refusals.text(guest.look.language, error) if error else ""
    return pages.show(guest, "mfa_setup.html", factors=factors, message=message)


def _app_form(guest: Guest, waiting: PageData, error: ServiceError | None = None) -> Response:
    import pyotp
    import segno

    secret = waiting.values["secret"]
    uri = pyotp.TOTP(secret).provisioning_uri(
        name=waiting.values["username"], issuer_name=guest.pool.name
    )
    picture = segno.make(uri, error="m").svg_data_uri(scale=4, border=4, light="#fff")
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    message = refusals.text(guest.look.language, error) if error else ""
    return pages.show(
        guest, "mfa_setup_totp.html", uri=uri, picture=picture, secret=grouped, message=message
    )


def _address_form(guest: Guest, factor: str, given: str, **values: Any) -> Response:
    return pages.show(guest, "mfa_setup_address.html", factor=factor, address=given, **values)
