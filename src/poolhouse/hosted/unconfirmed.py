"""People who have shown their password but not yet proven an address: what is carried of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import orjson
from starlette.responses import Response

from poolhouse.accounts import verified_contacts
from poolhouse.auth.message_factor import METHODS
from poolhouse.auth.steps import Proof
from poolhouse.domain.records import User
from poolhouse.hosted import page_data
from poolhouse.hosted.guests import Guest
from poolhouse.hosted.page_data import PageData
from poolhouse.store import users
from poolhouse.store.sealing import token_hash

KIND: Final = "CONFIRM"


def wait(guest: Guest, proof: Proof, name: str, sent_to: str = "") -> Response:
    """To the page that asks for the code; ``sent_to`` is a masked address, empty if unknown."""
    values = {
        "username": name,
        "sub": proof.user.sub,
        "proven": _fingerprint(proof.user),
        "carried": orjson.dumps(proof.carried()).decode(),
        "sent_to": sent_to,
        "by_link": "yes" if _by_link(guest, proof.user) else "",
        "notice": "",
    }
    return page_data.go(guest, "/confirm", KIND, values)


async def resume(guest: Guest, waiting: PageData, *, by_code: bool) -> Proof | None:
    """The proof as it was; None if the password that was shown is no longer the user's.

    Who signed up without a password has shown the code that came to the address, if they have
    just confirmed ``by_code``; else nothing.
    """
    values = waiting.values
    user = await users.find_by_sub(guest.house.db, guest.pool.id, values["sub"])
    if user is None or not user.enabled or _fingerprint(user) != values["proven"]:
        return None
    request = guest.flow(values["username"], {})
    proof = Proof.resumed(request, user, orjson.loads(values["carried"]))
    contact = verified_contacts.at_sign_up(guest.pool, user.attributes)
    if proof.methods or contact is None or not by_code:
        return proof
    return replace(proof, methods=(METHODS[contact],))


def _by_link(guest: Guest, user: User) -> bool:
    """Whether the pool's messages carry a link, and not a code to type in."""
    template = guest.pool.settings.get("VerificationMessageTemplate") or {}
    contact = verified_contacts.at_sign_up(guest.pool, user.attributes)
    return contact == "email" and template.get("DefaultEmailOption") == "CONFIRM_WITH_LINK"


def _fingerprint(user: User) -> str:
    return token_hash(user.password_hash or "")
