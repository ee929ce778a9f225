"""User sessions: tracking them, and what users and administrators do with them."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.api.wire import seconds
from poolhouse.domain import feature_plans, session_tracking, user_agents
from poolhouse.errors import InvalidParameterException
from poolhouse.store import client_session_configurations, clients, pools, users
from poolhouse.store.user_sessions import UserSession
from poolhouse.tokens import user_sessions

# ``session-sentences``
NOT_TRACKED = "User session tracking is not enabled for the user pool."


@operation
async def set_user_pool_session_configuration(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    feature_plans.check(pool.tier, [feature_plans.SESSION_TRACKING])
    chosen = {
        "UserSessionTracking": request["UserSessionTracking"],
        "TokenSession": {"MaxPerUser": request["TokenSession"]["MaxPerUser"]},
    }
    await house.db.write(
        pools.update, pool, settings=pool.settings, user_sessions=chosen, modified_ms=call.now_ms
    )
    return {"UserPoolId": pool.id, **chosen}


@operation
async def get_user_pool_session_configuration(call: Call, request: Request) -> Response:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return {"UserPoolId": pool.id, **session_tracking.configuration(pool)}


@operation
async def set_user_pool_client_session_configuration(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    feature_plans.check(pool.tier, [feature_plans.SESSION_TRACKING])
    if not session_tracking.is_on(pool):
        raise InvalidParameterException(NOT_TRACKED)
    minutes = request["SSOSession"]["MaxValidityMinutes"]
    await house.db.write(client_session_configurations.put, pool.id, client.id, minutes)
    return _client_configuration(pool.id, client.id, minutes)


@operation
async def get_user_pool_client_session_configuration(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    client = await clients.get(house.db, house.sealer, pool.id, request["ClientId"])
    minutes = await client_session_configurations.find(house.db, pool.id, client.id)
    if minutes is None:
        minutes = session_tracking.DEFAULT_SSO_MINUTES
    return _client_configuration(pool.id, client.id, minutes)


@operation
async def list_user_sessions(call: Call, request: Request) -> Response:
    bearer = call.bearer
    present = await user_sessions.listed(call.house, bearer.pool, bearer.user)
    own = str(bearer.claims.get("event_id"))
    return {"Sessions": [_description(each, own) for each in present]}


@operation
async def admin_list_user_sessions(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    user = await users.get(house.db, pool, request["Username"])
    present = await user_sessions.listed(house, pool, user)
    return {"Sessions": [_description(each, None) for each in present]}


@operation
async def revoke_user_session(call: Call, request: Request) -> Response:
    bearer = call.bearer
    await user_sessions.revoke(
        call.house,
        bearer.pool,
        bearer.user,
        request["SessionId"],
        linked=_linked(request),
        own_event_id=str(bearer.claims.get("event_id")),
    )
    return {}


@operation
async def admin_revoke_user_session(call: Call, request: Request) -> Response:
    house = call.house
    pool = await pools.get(house.db, request["UserPoolId"])
    user = await users.get(house.db, pool, request["Username"])
    await user_sessions.revoke(house, pool, user, request["SessionId"], linked=_linked(request))
    return {}


def _linked(request: Request) -> bool:
    return request.get("RevokeAssociatedSessions") == "LINKED"


def _client_configuration(pool_id: str, client_id: str, minutes: int) -> dict[str, Any]:
    return {
        "UserPoolId": pool_id,
        "ClientId": client_id,
        "SSOSession": {"MaxValidityMinutes": minutes},
    }


def _description(session: UserSession, own_event_id: str | None) -> dict[str, Any]:
    """``SessionDescriptionType``. Where an address is, nobody here knows."""
    return {
        "SessionId": session.session_id,
        "SessionType": "SSO" if session.event_id is None else "TOKEN",
        "ClientId": session.client_id,
        "CreateDate": seconds(session.created_ms),
        "LastActiveDate": seconds(session.active_ms),
        "DeviceType": user_agents.describe(session.user_agent),
        "LastIPAddress": session.address or None,
        "LastLocation": {"Country": user_agents.UNKNOWN},
        "OriginSessionId": session.origin_session_id,
        "IsCurrentSession": session.event_id is not None and session.event_id == own_event_id,
    }
