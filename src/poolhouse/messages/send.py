"""The way of every message: what it announces is stored first, then it is worded, then delivered.

Functions may word it, or send it in the pool's place, and other servers deliver it: no transaction
may be open around this. Source: Amazon Cognito developer guide, "Custom message Lambda trigger"
and "Custom sender Lambda triggers".
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from poolhouse.domain import custom_messages
from poolhouse.domain.custom_messages import Placeholders
from poolhouse.house import House
from poolhouse.messages import compose
from poolhouse.messages.compose import Notice, Reason, Words
from poolhouse.messages.deliver import deliver
from poolhouse.triggers import custom_message, custom_senders

_CAUSES: Final[dict[Reason, str]] = {
    "sign_up": "SignUp",
    "resend": "ResendCode",
    "invitation": "AdminCreateUser",
    "password_reset": "ForgotPassword",
    "attribute_update": "UpdateUserAttribute",
    "attribute_verification": "VerifyUserAttribute",
    "authentication": "Authentication",
}
"""Reason to the second half of a trigger source."""

_ESCAPED: Final = str.maketrans({"<": "&lt;", ">": "&gt;"})


async def send(house: House, notice: Notice) -> None:
    """Word a message and deliver it, or leave both to the pool's custom sender (``sender-alone``).

    Raises :class:`CodeDeliveryFailureException`, and the three Lambda exceptions of a function that
    words it. What it announces stands all the same.
    """
    if await _left_to_sender(house, notice):
        return
    link = None
    if compose.wants_link(notice):
        link = compose.confirmation_link(house.settings.base_url, notice)
    message = compose.message(notice, await _words(house, notice), link)
    await deliver(house, notice.pool, notice.user, message)


async def _left_to_sender(house: House, notice: Notice) -> bool:
    code = notice.code
    if code is not None and notice.reason == "invitation":
        code = code.translate(_ESCAPED)  # as documented, of temporary passwords only
    return await custom_senders.hand_over(
        house,
        notice.pool,
        notice.user,
        _CAUSES[notice.reason],
        notice.contact,
        code,
        notice.caller,
    )


async def _words(house: House, notice: Notice) -> Words:
    """The function's words, for what it says nothing about the pool's."""
    own = compose.words(notice)
    custom = await custom_message.ask_for_words(
        house,
        notice.pool,
        notice.user,
        _CAUSES[notice.reason],
        notice.contact,
        _placeholders(notice, own),
        code_parameter=compose.CODE,
        caller=notice.caller,
    )
    if custom is None:
        return own
    return replace(own, text=custom.text or own.text, subject=custom.subject or own.subject)


def _placeholders(notice: Notice, own: Words) -> Placeholders:
    found = custom_messages.LINK.search(own.text) if compose.wants_link(notice) else None
    return Placeholders(
        code=compose.CODE if notice.code is not None else None,
        link=found[0] if found else None,
        username=compose.USERNAME if notice.reason == "invitation" else None,
    )
