"""Telling users of a risky sign-in, in the words of the risk configuration.

A notice is an e-mail to the user's verified address (or any, where none is verified). Its one-click
links lead to a page that asks once more, and carry ``{feedback-token}``, with which an app may send
UpdateAuthEventFeedback itself.
"""

from __future__ import annotations

import hmac
import html
import re
import urllib.parse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from poolhouse.domain.auth_events import AuthEvent
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.trigger_events import Caller
from poolhouse.house import House
from poolhouse.messages.compose import Message
from poolhouse.messages.deliver import deliver
from poolhouse.messages.unseen import unseen
from poolhouse.triggers import custom_senders

FEEDBACK_PATH = "/authEventFeedback"
_PLACEHOLDER = re.compile(r"\{([a-z-]+)\}")
_SUBJECT = "New sign-in attempt"
_TEXT = (
    "We observed a sign-in attempt to your account with this information: "
    "{login-time}, {device-name}, {ip-address}."
)


async def send(
    house: House,
    pool: UserPool,
    user: User,
    event: AuthEvent,
    takeover: Mapping[str, Any],
    *,
    blocked: bool,
    by_mfa: bool,
) -> None:
    """Send the notice of what was done. A failure is logged, and changes nothing.

    Where the pool has a custom email sender, that is told instead (AccountTakeOverNotification).
    """
    address = user.attributes.get("email")
    notify = takeover.get("NotifyConfiguration")
    if not address or not notify:
        return
    kind = "BlockEmail" if blocked else "MfaEmail" if by_mfa else "NoActionEmail"
    template = notify.get(kind) or {}
    markup = template.get("HtmlBody")
    values = _values(house, event)
    if markup:
        values = {name: html.escape(value) for name, value in values.items()}
    body = markup or template.get("TextBody") or _TEXT
    message = Message(
        contact="email",
        address=address,
        reason="risk",
        subject=template.get("Subject") or _SUBJECT,
        body=_PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), body),
        code=None,
        is_html=bool(markup),
        sender=notify.get("From"),
        reply_to=notify.get("ReplyTo"),
    )
    await unseen(house, _deliver(house, pool, user, event, message))


async def _deliver(
    house: House, pool: UserPool, user: User, event: AuthEvent, message: Message
) -> None:
    caller = Caller(event.client_id)
    if not await custom_senders.hand_over(
        house, pool, user, "AccountTakeOverNotification", "email", None, caller
    ):
        await deliver(house, pool, user, message)


def feedback_token(house: House, event: AuthEvent) -> str:
    """What lets its reader say, once or often, whether the event was theirs."""
    return house.sealer.keyed_hash(
        f"{event.pool_id} {event.sub} {event.event_id}", "auth event feedback"
    )


def is_feedback_token(house: House, event: AuthEvent, given: str) -> bool:
    return given.isascii() and hmac.compare_digest(feedback_token(house, event), given)


def _values(house: House, event: AuthEvent) -> dict[str, str]:
    moment = datetime.fromtimestamp(event.created_ms / 1000, UTC)
    return {
        "ip-address": event.address,
        "city": "",
        "country": "",
        "login-time": moment.isoformat(timespec="seconds"),
        "device-name": event.device,
        "one-click-link-valid": _link(house, event, "valid"),
        "one-click-link-invalid": _link(house, event, "invalid"),
        "event-id": event.event_id,
        "feedback-token": feedback_token(house, event),
    }


def _link(house: House, event: AuthEvent, value: str) -> str:
    """``feedback-links``"""
    query = urllib.parse.urlencode(
        {"event_id": event.event_id, "token": feedback_token(house, event), "value": value}
    )
    return f"{house.settings.base_url}/{event.pool_id}{FEEDBACK_PATH}?{query}"
