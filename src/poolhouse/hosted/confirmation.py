"""/confirm, /resendcode and /confirmUser: proving the address of a sign-up.

Whoever has just shown their password, by signing up or in, is signed in once the code is right.
Source: Amazon Cognito developer guide, "Signing up and confirming user accounts".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from poolhouse.accounts import confirmation
from poolhouse.accounts.app_requests import AppRequest
from poolhouse.domain import secret_hash
from poolhouse.domain.records import AppClient, UserPool
from poolhouse.errors import ServiceError
from poolhouse.hosted import page_data, pages, progress, refusals, unconfirmed
from poolhouse.hosted.guests import Guest, Look
from poolhouse.hosted.page_data import PageData
from poolhouse.house import House
from poolhouse.oauth.visits import Visit


async def show(guest: Guest) -> Response:
    """The form for the code."""
    waiting = page_data.read(guest, unconfirmed.KIND)
    return page_data.begin_again(guest) if waiting is None else _form(guest, waiting)


async def submit(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Judge the code, and sign in whoever has shown their password before.

    Where a link was sent, the person says that they have followed it.
    """
    waiting = page_data.read(guest, unconfirmed.KIND)
    if waiting is None:
        return page_data.begin_again(guest)
    name = waiting.values["username"]
    code = (fields.get("verification_code") or fields.get("code") or "").strip()
    by_code = bool(code) or not waiting.values["by_link"]
    try:
        if by_code:
            await confirmation.confirm_sign_up(guest.house, guest.account(name), code)
    except refusals.OF_TRIGGERS:
        raise
    except ServiceError as error:
        return _form(guest, waiting, message=refusals.text(guest.look.language, error))
    proof = await unconfirmed.resume(guest, waiting, by_code=by_code)
    if proof is None:
        return page_data.begin_again(guest, "notice.confirmed")
    if proof.user.status == "UNCONFIRMED":
        return _form(guest, waiting, message=guest.look.language("error.not_confirmed"))
    if not proof.methods:
        # They typed an address, and somebody followed the link that went there: perhaps another.
        return page_data.begin_again(guest, "notice.confirmed")
    return await progress.go_on(guest, proof, name, signed_up=True)


async def resend(guest: Guest, fields: Mapping[str, str]) -> Response:
    """Send another code to the address of the sign-up."""
    waiting = page_data.read(guest, unconfirmed.KIND)
    if waiting is None:
        return page_data.begin_again(guest)
    try:
        request = guest.account(waiting.values["username"])
        details = await confirmation.resend_code(guest.house, request)
    except ServiceError as error:
        return _form(guest, waiting, message=refusals.text(guest.look.language, error))
    values = {**waiting.values, "sent_to": details["Destination"], "notice": "notice.sent_again"}
    return page_data.go(guest, "/confirm", unconfirmed.KIND, values)


async def follow_link(
    house: House, visit: Visit, look: Look, pool: UserPool, client: AppClient
) -> Response:
    """The link of a message: it carries the name and the code, and ends here.

    It signs nobody in (``link-signs-nobody-in``).
    """
    name = visit.parameters.get("user_name", "")
    code = visit.parameters.get("confirmation_code", "")
    hashed = secret_hash.compute(name, client.id, client.secrets[0]) if client.secrets else None
    try:
        await confirmation.confirm_sign_up(house, AppRequest(pool, client, name, hashed), code)
    except ServiceError as error:
        message = refusals.text(look.language, error)
        return pages.plain(visit, look, "confirmed.html", status=400, message=message)
    return pages.plain(visit, look, "confirmed.html")


def _form(guest: Guest, waiting: PageData, **values: Any) -> Response:
    notice = waiting.values["notice"]
    return pages.show(
        guest,
        "confirm_by_link.html" if waiting.values["by_link"] else "confirm.html",
        sent_to=waiting.values["sent_to"],
        notice=guest.look.language(notice) if notice else "",
        **values,
    )
