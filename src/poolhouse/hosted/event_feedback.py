"""/authEventFeedback: where the links in a notice of a risky sign-in lead.

Following a link changes nothing, since programs follow links in mails to look for evil; the button
on its page does. Source: Amazon Cognito API reference, UpdateAuthEventFeedback.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from poolhouse.domain.auth_events import AuthEvent
from poolhouse.hosted import forms, guests, pages
from poolhouse.house import House
from poolhouse.oauth import responses
from poolhouse.oauth.visits import Visit
from poolhouse.store import auth_events, pools
from poolhouse.threat_protection import events, feedback, notices
from poolhouse.threat_protection.feedback import Value

PATH: Final = notices.FEEDBACK_PATH
_VALUES: Final[dict[str, Value]] = {"valid": "Valid", "invalid": "Invalid"}
_TEMPLATE: Final = "event_feedback.html"


async def answer(house: House, request: Request, visit: Visit) -> Response:
    """The question, and on its form the thanks. Raises :class:`forms.ForeignForm`."""
    method = request.scope["method"]
    if method not in ("GET", "POST"):
        return responses.empty(visit.request_id, status=405)
    if method == "POST":
        await forms.read(request, visit)
    look = await guests.look(house, visit)
    event = await _meant(house, visit)
    value = _VALUES.get(visit.parameters.get("value", ""))
    if event is None or value is None:
        message = look.language("feedback.unknown")
        return pages.plain(visit, look, _TEMPLATE, status=400, message=message, asked=False)
    if method == "GET":
        details = _details(event)
        return pages.question(house, visit, look, _TEMPLATE, asked=True, value=value, what=details)
    await feedback.give(house, event, value, "User")
    return pages.plain(visit, look, _TEMPLATE, asked=False)


async def _meant(house: House, visit: Visit) -> AuthEvent | None:
    """The event that the link is about, if its token is genuine."""
    pool = await pools.get(house.db, visit.pool_id)
    event = await auth_events.find(house.db, pool.id, visit.parameters.get("event_id", ""))
    token = visit.parameters.get("token", "")
    if event is None or not events.is_on(pool):
        return None
    return event if notices.is_feedback_token(house, event, token) else None


def _details(event: AuthEvent) -> str:
    moment = datetime.fromtimestamp(event.created_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return ", ".join(filter(None, (moment, event.device, event.address)))
