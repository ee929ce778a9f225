"""Second factors of a user: authenticator apps, preferences, and which factors there are."""

from __future__ import annotations

from typing import Any

from poolhouse.api.registry import Call, Request, Response, operation
from poolhouse.auth import factor_settings, passkey, software_token_setup
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException, NotAuthorizedException
from poolhouse.store import auth_sessions, clients, pools, users
from poolhouse.store.sealing import token_hash

# Ours: exactly one of the two is documented as needed, the refusal is not.
ONE_OF_TWO = "Either AccessToken or Session must be given, not both."


@operation
async def associate_software_token(call: Call, request: Request) -> Response:
    flow_request = await _in_session(call, request)
    if flow_request is None:
        bearer = call.bearer
        made = await software_token_setup.associate(call.house, bearer.pool, bearer.user)
    else:
        made = await software_token_setup.associate_in_session(call.house, flow_request)
    return {"SecretCode": made.secret, "Session": made.session}


@operation
async def verify_software_token(call: Call, request: Request) -> Response:
    code, name = request["UserCode"], request.get("FriendlyDeviceName", "")
    flow_request = await _in_session(call, request)
    session = None
    if flow_request is None:
        await software_token_setup.verify(call.house, call.bearer.user, code, name)
    else:
        session = await software_token_setup.verify_in_session(call.house, flow_request, code, name)
    return {"Status": "SUCCESS", "Session": session}


@operation
async def admin_delete_software_token(call: Call, request: Request) -> Response:
    _, user = await _pool_and_user(call, request)
    await factor_settings.delete_token(call.house, user)
    return {}


@operation
async def set_user_mfa_preference(call: Call, request: Request) -> Response:
    bearer = call.bearer
    await factor_settings.set_preferences(call.house, bearer.pool, bearer.user, request)
    return {}


@operation
async def admin_set_user_mfa_preference(call: Call, request: Request) -> Response:
    pool, user = await _pool_and_user(call, request)
    await factor_settings.set_preferences(call.house, pool, user, request)
    return {}


@operation
async def set_user_settings(call: Call, request: Request) -> Response:
    bearer = call.bearer
    options = request["MFAOptions"]
    await factor_settings.set_legacy_options(call.house, bearer.pool, bearer.user, options)
    return {}


@operation
async def admin_set_user_settings(call: Call, request: Request) -> Response:
    pool, user = await _pool_and_user(call, request)
    await factor_settings.set_legacy_options(call.house, pool, user, request["MFAOptions"])
    return {}


@operation
async def get_user_auth_factors(call: Call, request: Request) -> Response:
    return await _auth_factors(call, call.bearer.pool, call.bearer.user)


@operation
async def admin_get_user_auth_factors(call: Call, request: Request) -> Response:
    return await _auth_factors(call, *await _pool_and_user(call, request))


async def wire_mfa_settings(call: Call, user: User) -> dict[str, Any]:
    """The members that GetUser and AdminGetUser share."""
    shown = await factor_settings.show(call.house, user)
    sms = [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]
    return {
        "UserMFASettingList": list(shown.enabled) or None,
        "PreferredMfaSetting": shown.preferred,
        "MFAOptions": sms if shown.legacy_sms else None,
    }


async def _auth_factors(call: Call, pool: UserPool, user: User) -> dict[str, Any]:
    shown = await factor_settings.show(call.house, user)
    allowed = pool.settings["Policies"]["SignInPolicy"]["AllowedFirstAuthFactors"]
    configured = {
        "PASSWORD": user.password_hash is not None,
        "EMAIL_OTP": "EMAIL_OTP" in allowed and _is_verified(user, "email"),
        "SMS_OTP": "SMS_OTP" in allowed and _is_verified(user, "phone_number"),
        "WEB_AUTHN": "WEB_AUTHN" in allowed and bool(await passkey.usable(call.house, pool, user)),
        "SOFTWARE_TOKEN": shown.has_token,
    }
    return {
        "Username": user.username,
        "PreferredMfaSetting": shown.preferred,
        "UserMFASettingList": list(shown.enabled) or None,
        "ConfiguredUserAuthFactors": [name for name, usable in configured.items() if usable],
    }


def _is_verified(user: User, contact: str) -> bool:
    verified = user.attributes.get(f"{contact}_verified") == "true"
    return verified and bool(user.attributes.get(contact))


async def _in_session(call: Call, request: Request) -> FlowRequest | None:
    """The request as a step of the sign-in whose session it brings; None with an access token.

    Nothing in it names the pool or the app client but the session.
    """
    if ("AccessToken" in request) == ("Session" in request):
        raise InvalidParameterException(ONE_OF_TWO)
    if "AccessToken" in request:
        return None
    house, session = call.house, request["Session"]
    place = await auth_sessions.place(house.db, token_hash(session))
    if place is None:
        raise NotAuthorizedException("Invalid session for the user.")
    pool_id, client_id = place
    return FlowRequest(
        await pools.get(house.db, pool_id),
        await clients.get(house.db, house.sealer, pool_id, client_id),
        {},
        by_admin=False,
        session=session,
        client_address=call.client_address,
        request_id=call.request_id,
    )


async def _pool_and_user(call: Call, request: Request) -> tuple[UserPool, User]:
    pool = await pools.get(call.house.db, request["UserPoolId"])
    return pool, await users.get(call.house.db, pool, request["Username"])
