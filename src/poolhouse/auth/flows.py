"""The table of flows: what starts each, who may, and which client setting allows it.

Source: Amazon Cognito API reference, InitiateAuth and AdminInitiateAuth.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from poolhouse.auth import new_password, next_step, password
from poolhouse.auth.steps import FlowRequest, Proof, Step
from poolhouse.domain import secret_hash
from poolhouse.errors import InvalidParameterException, UnsupportedOperationException
from poolhouse.house import House
from poolhouse.store import sign_ins, users
from poolhouse.store.sealing import token_hash
from poolhouse.tokens.refresh import refresh


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow. ``refusal`` is what a client without ``allowed_by`` is told."""

    allowed_by: str
    start: Callable[[House, FlowRequest], Awaitable[Step]]
    refusal: str
    admin_only: bool = False
    user_only: bool = False


async def start(house: House, flow_name: str, request: FlowRequest) -> Step:
    """Begin a flow: a challenge, or the tokens where one step is enough."""
    flow = _FLOWS.get(flow_name)
    if flow is None:
        raise InvalidParameterException(f"poolhouse does not implement {flow_name} yet.")
    if (flow.admin_only and not request.by_admin) or (flow.user_only and request.by_admin):
        raise InvalidParameterException("Initiate Auth method not supported")
    if flow.start is not _refresh:
        await check_secret_hash(house, request)
    if flow.allowed_by not in request.client.auth_flows:
        raise InvalidParameterException(flow.refusal)
    return await flow.start(house, request)


async def answer(house: House, challenge_name: str, request: FlowRequest) -> Step:
    """Go on with a challenge."""
    judge = _CHALLENGES.get(challenge_name)
    if judge is None:
        raise InvalidParameterException(f"poolhouse does not implement {challenge_name} yet.")
    await check_secret_hash(house, request)
    return await next_step.proceed(house, await judge(house, request))


async def check_secret_hash(house: House, request: FlowRequest) -> None:
    """Clients with a secret prove it. Accepted over the name as sent, the username and the sub."""
    if not request.client.secrets:
        return
    name = request.required("USERNAME")
    names = [name]
    user = await users.find(house.db, request.pool, name)
    if user is not None:
        names += [user.username, user.sub]
    secret_hash.check(request.client, names, request.parameters.get("SECRET_HASH"))


async def _password(house: House, request: FlowRequest) -> Step:
    return await next_step.proceed(house, await password.sign_in(house, request))


async def _refresh(house: House, request: FlowRequest) -> Step:
    """The hash of a refresh is over the internal username: there is no name in the request."""
    token = request.required("REFRESH_TOKEN")
    if request.client.refresh_rotation is not None:
        raise UnsupportedOperationException(
            "REFRESH_TOKEN_AUTH is not available with refresh token rotation; "
            "use GetTokensFromRefreshToken."
        )
    if request.client.secrets:
        await _check_refresh_hash(house, request, token)
    return await refresh(house, request.pool, request.client, token)


async def _check_refresh_hash(house: House, request: FlowRequest, token: str) -> None:
    found = await sign_ins.find_refresh_token(house.db, request.pool.id, token_hash(token))
    user = await users.find_by_sub(house.db, request.pool.id, found[1].sub) if found else None
    names = [user.username, user.sub, *_emails(user.attributes)] if user else []
    secret_hash.check(request.client, names, request.parameters.get("SECRET_HASH"))


def _emails(attributes: object) -> list[str]:
    """Clients that signed in by e-mail or phone tend to hash that name again."""
    if not isinstance(attributes, dict):
        return []
    return [attributes[name] for name in ("email", "phone_number") if name in attributes]


_USER_PASSWORD = Flow(
    "ALLOW_USER_PASSWORD_AUTH",
    _password,
    "USER_PASSWORD_AUTH flow not enabled for this client",
    user_only=True,
)
_ADMIN_PASSWORD = Flow(
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    _password,
    "Auth flow not enabled for this client",
    admin_only=True,
)
_REFRESH = Flow(
    "ALLOW_REFRESH_TOKEN_AUTH", _refresh, "REFRESH_TOKEN_AUTH flow not enabled for this client"
)
_FLOWS = {
    "USER_PASSWORD_AUTH": _USER_PASSWORD,
    "ADMIN_USER_PASSWORD_AUTH": _ADMIN_PASSWORD,
    "ADMIN_NO_SRP_AUTH": _ADMIN_PASSWORD,
    "REFRESH_TOKEN_AUTH": _REFRESH,
    "REFRESH_TOKEN": _REFRESH,
}
_CHALLENGES: dict[str, Callable[[House, FlowRequest], Awaitable[Proof]]] = {
    new_password.NAME: new_password.answer,
}
