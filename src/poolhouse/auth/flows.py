"""The table of flows: what starts each, who may, and which client setting allows it.

Source: Amazon Cognito API reference, InitiateAuth, RespondToAuthChallenge and their Admin twins.
Refusals are observed sentences; those of USER_AUTH and REFRESH_TOKEN_AUTH are built alike.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from poolhouse.auth import (
    choice,
    client_proof,
    custom_auth,
    device_srp,
    devices,
    first_factors,
    message_factor,
    mfa_setup,
    new_password,
    next_step,
    offers,
    one_time_code,
    passkey,
    password,
    refreshing,
    second_factor,
    software_token,
    srp,
)
from poolhouse.auth.steps import Challenge, FlowRequest, Proof, Step
from poolhouse.domain.custom_challenges import CUSTOM_CHALLENGE
from poolhouse.domain.second_factors import EMAIL, SMS, TOTP
from poolhouse.errors import InvalidParameterException
from poolhouse.house import House

OTHER_API: Final = "Initiate Auth method not supported"


@dataclass(frozen=True, slots=True)
class Flow:
    """One flow. ``refusal`` is what a client without ``allowed_by`` is told.

    ``only`` names whose operations have it.
    """

    allowed_by: str
    refusal: str
    start: Callable[[House, FlowRequest], Awaitable[Step]]
    only: Literal["users", "administrators", "both"] = "both"


async def start(house: House, name: str, request: FlowRequest) -> Step:
    """Begin a flow: a challenge, or the tokens where one step is enough.

    The secret hash is judged before the flow is, and both before the user.
    """
    flow = _FLOWS.get(name)
    if flow is None:
        raise _not_implemented(name)
    if flow.only == ("users" if request.by_admin else "administrators"):
        raise InvalidParameterException(OTHER_API)
    if flow is _REFRESH:
        await client_proof.check_by_refresh_token(house, request)
        refreshing.check_available(request)
    else:
        await client_proof.check_by_name(house, request)
    if flow.allowed_by not in request.client.auth_flows:
        raise InvalidParameterException(flow.refusal)
    return await flow.start(house, request)


async def answer(house: House, challenge_name: str, request: FlowRequest) -> Step:
    """Go on with a challenge: the next one, or the tokens."""
    outcome = await judge(house, challenge_name, request)
    if isinstance(outcome, Proof):
        return await next_step.proceed(house, outcome)
    return outcome


async def judge(house: House, challenge_name: str, request: FlowRequest) -> Challenge | Proof:
    """Judge an answer alone: what it proves, or a further challenge of the same flow."""
    judges = _CHALLENGES.get(challenge_name)
    if judges is None:
        raise _not_implemented(challenge_name)
    await client_proof.check_by_name(house, request)
    outcome = await judges(house, request)
    if isinstance(outcome, Proof):
        return custom_auth.recorded(challenge_name, outcome)
    return outcome


def _not_implemented(name: str) -> InvalidParameterException:
    return InvalidParameterException(f"poolhouse does not implement {name} yet.")


async def _password(house: House, request: FlowRequest) -> Step:
    return await next_step.proceed(house, await password.sign_in(house, request))


async def _custom(house: House, request: FlowRequest) -> Step:
    outcome = await custom_auth.start(house, request)
    if isinstance(outcome, Proof):
        return await next_step.proceed(house, outcome)
    return outcome


_USER_PASSWORD: Final = Flow(
    "ALLOW_USER_PASSWORD_AUTH",
    "USER_PASSWORD_AUTH flow not enabled for this client",
    _password,
    only="users",
)
_ADMIN_PASSWORD: Final = Flow(
    "ALLOW_ADMIN_USER_PASSWORD_AUTH",
    "Auth flow not enabled for this client",
    _password,
    only="administrators",
)
_REFRESH: Final = Flow(
    "ALLOW_REFRESH_TOKEN_AUTH",
    "REFRESH_TOKEN_AUTH flow not enabled for this client",
    refreshing.sign_in_again,
)
_FLOWS: Final = {
    "USER_PASSWORD_AUTH": _USER_PASSWORD,
    "ADMIN_USER_PASSWORD_AUTH": _ADMIN_PASSWORD,
    "ADMIN_NO_SRP_AUTH": _ADMIN_PASSWORD,
    "REFRESH_TOKEN_AUTH": _REFRESH,
    "REFRESH_TOKEN": _REFRESH,
    "USER_SRP_AUTH": Flow(
        "ALLOW_USER_SRP_AUTH", "USER_SRP_AUTH is not enabled for the client.", srp.begin
    ),
    "CUSTOM_AUTH": Flow("ALLOW_CUSTOM_AUTH", "CUSTOM_AUTH is not enabled for the client.", _custom),
    "USER_AUTH": Flow(
        "ALLOW_USER_AUTH", "USER_AUTH flow not enabled for this client", choice.start
    ),
}
_CHALLENGES: Final[dict[str, Callable[[House, FlowRequest], Awaitable[Challenge | Proof]]]] = {
    new_password.NAME: new_password.answer,
    srp.NAME: srp.answer,
    CUSTOM_CHALLENGE: custom_auth.answer,
    devices.DEVICE_SRP_AUTH: device_srp.begin,
    device_srp.NAME: device_srp.answer,
    SMS: message_factor.answer_sms,
    EMAIL: one_time_code.answer_email,
    one_time_code.SMS: one_time_code.answer_sms,
    offers.NAME: choice.select,
    first_factors.PASSWORD: choice.answer_password,
    first_factors.PASSWORD_SRP: choice.answer_password_srp,
    passkey.NAME: passkey.answer,
    TOTP: software_token.answer,
    second_factor.SELECT: second_factor.select,
    mfa_setup.NAME: mfa_setup.answer,
}
