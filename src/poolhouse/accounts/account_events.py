"""Events of accounts as threat protection sees them, beside the sign-ins."""

from __future__ import annotations

from poolhouse.accounts.app_requests import AppRequest
from poolhouse.domain.auth_events import AuthEvent, EventType
from poolhouse.domain.authentication import Visitor
from poolhouse.domain.records import User, UserPool
from poolhouse.house import House
from poolhouse.threat_protection import events


async def passed(
    house: House, request: AppRequest, user: User | None, event_type: EventType
) -> None:
    """Something went well (``event-of-a-reset``); users who do not exist leave nothing."""
    if user is not None:
        await record(house, request.pool, user, event_type, request.client.id, request.visitor)


async def record(
    house: House,
    pool: UserPool,
    user: User,
    event_type: EventType,
    client_id: str,
    visitor: Visitor,
) -> None:
    """The same for a user who acts with an access token."""
    if not events.is_on(pool):
        return
    event = AuthEvent(
        pool_id=pool.id,
        event_id=house.ids.uuid(),
        sub=user.sub,
        client_id=client_id,
        event_type=event_type,
        response="Pass",
        created_ms=house.clock.now_ms(),
        address=visitor.address,
        device=visitor.user_agent,
        request_id=visitor.request_id,
    )
    await events.record(house, pool, user, event)
