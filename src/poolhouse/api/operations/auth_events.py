"""Auth events: listing a user's, and saying which of them were really theirs."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain.auth_events import AuthEvent
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import NotAuthorizedException, ResourceNotFoundException
from poolhouse.store import auth_events, pages, pools, users
from poolhouse.threat_protection import events, feedback, notices


@operation
async def admin_list_user_auth_events(call: Call, request: Request) -> Response:
    house = call.house
    pool, user = await _of(call, request)
    after = pages.open_token(
        house.sealer,
        request.get("NextToken"),
        operation=call.operation,
        pool_id=pool.id,
        list_filter=user.sub,
    )
    page = await auth_events.list_page(
        house.db,
        pool.id,
        user.sub,
        before=(int(after[0]), str(after[1])) if after else None,
        size=pages.page_size(request.get("MaxResults")),
    )
    return {
        "AuthEvents": [_event_type(event) for event in page.items],
        "NextToken": pages.seal_token(
            house.sealer,
            page.next_key,
            operation=call.operation,
            pool_id=pool.id,
            list_filter=user.sub,
        ),
    }


@operation
async def admin_update_auth_event_feedback(call: Call, request: Request) -> Response:
    pool, user = await _of(call, request)
    event = await _find(call, pool, user, request["EventId"])
    await feedback.give(call.house, event, request["FeedbackValue"], "Admin")
    return {}


@operation
async def update_auth_event_feedback(call: Call, request: Request) -> Response:
    pool, user = await _of(call, request)
    event = await _find(call, pool, user, request["EventId"])
    if not notices.is_feedback_token(call.house, event, request["FeedbackToken"]):
        raise NotAuthorizedException("Invalid feedback token.")
    await feedback.give(call.house, event, request["FeedbackValue"], "User")
    return {}


async def _of(call: Call, request: Request) -> tuple[UserPool, User]:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    events.check_on(pool)
    return pool, await users.get(call.house.db, pool, request["Username"])


async def _find(call: Call, pool: UserPool, user: User, event_id: str) -> AuthEvent:
    event = await auth_events.find(call.house.db, pool.id, event_id)
    if event is None or event.sub != user.sub:
        raise ResourceNotFoundException(f"Auth event {event_id} does not exist.")
    return event


def _event_type(event: AuthEvent) -> dict[str, Any]:
    """``AuthEventType``."""
    given = event.feedback
    return {
        "EventId": event.event_id,
        "EventType": event.event_type,
        "CreationDate": seconds(event.created_ms),
        "EventResponse": event.response,
        "EventRisk": {
            "RiskDecision": event.risk.decision,
            "RiskLevel": event.risk.level,
            "CompromisedCredentialsDetected": event.risk.compromised_credentials,
        },
        "ChallengeResponses": [
            {"ChallengeName": name, "ChallengeResponse": "Success" if shown else "Failure"}
            for name, shown in event.challenges
        ],
        "EventContextData": {
            "IpAddress": event.address or None,
            "DeviceName": event.device or None,
        },
        "EventFeedback": given
        and {
            "FeedbackValue": given.value,
            "Provider": given.provider,
            "FeedbackDate": seconds(given.given_ms),
        },
    }
