"""Recording auth events, and sending them on to the pool's logs."""

from __future__ import annotations

from typing import Any

from poolhouse.domain.auth_events import AuthEvent
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import UserPoolAddOnNotEnabledException
from poolhouse.house import House
from poolhouse.log_delivery.deliver import emit
from poolhouse.store import auth_events

NOT_ENABLED = "The user pool does not have threat protection enabled."


def is_on(pool: UserPool) -> bool:
    """Whether the pool keeps events, be it only to look at them (AUDIT)."""
    return mode(pool) != "OFF"


def is_enforced(pool: UserPool) -> bool:
    """Whether anything is done about risk."""
    return mode(pool) == "ENFORCED"


def mode(pool: UserPool) -> str:
    add_ons = pool.settings.get("UserPoolAddOns") or {}
    return str(add_ons.get("AdvancedSecurityMode", "OFF"))


def check_on(pool: UserPool) -> None:
    """Raises :class:`UserPoolAddOnNotEnabledException` where the feature is off."""
    if not is_on(pool):
        raise UserPoolAddOnNotEnabledException(NOT_ENABLED)


async def record(house: House, pool: UserPool, user: User, event: AuthEvent) -> None:
    """Keep an event, or a further step of one; the pool's log gets it once it has ended."""
    kept = await house.db.write(auth_events.add, event)
    if kept.response != "InProgress":
        await emit(house, pool, "userAuthEvents", log_message(user, kept))


def log_message(user: User, event: AuthEvent) -> dict[str, Any]:
    """The ``message`` of a USER_AUTH_EVENTS record: all of it strings, but for the challenges.

    City and country are empty: nothing here knows where an address is. ``idpName`` is so for the
    pool's own sign-ins (``idp-of-an-event``).
    """
    feedback = event.feedback
    return {
        "version": "1",
        "eventId": event.event_id,
        "eventType": event.event_type,
        "userName": user.username,
        "userSub": user.sub,
        "clientId": event.client_id or "",
        "creationDate": str(event.created_ms),
        "eventResponse": event.response,
        "riskLevel": event.risk.level or "",
        "riskDecision": event.risk.decision,
        "challenges": [
            f"{name}:{'Success' if shown else 'Failure'}" for name, shown in event.challenges
        ],
        "deviceName": event.device,
        "ipAddress": event.address,
        "requestId": event.request_id,
        "idpName": event.idp_name,
        "compromisedCredentialDetected": str(event.risk.compromised_credentials).lower(),
        "city": "",
        "country": "",
        "eventFeedbackValue": feedback.value if feedback else "",
        "eventFeedbackDate": str(feedback.given_ms) if feedback else "",
        "eventFeedbackProvider": feedback.provider if feedback else "",
        "hasContextData": str(bool(event.address or event.device)).lower(),
    }
