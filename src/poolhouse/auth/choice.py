"""USER_AUTH: the user chooses how to sign in, and its challenges SELECT_CHALLENGE, PASSWORD and
PASSWORD_SRP.

Source: Amazon Cognito API reference, InitiateAuth and RespondToAuthChallenge; developer guide,
"Authentication flows" (choice-based).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from poolhouse.auth import (
    after_sign_up,
    auth_sessions,
    first_factors,
    next_step,
    offers,
    passkey,
    password,
    srp,
    step_up,
)
from poolhouse.auth.first_factors import PASSWORD, PASSWORD_SRP
from poolhouse.auth.lookup import enter
from poolhouse.auth.steps import NOTHING_SHOWN, Challenge, FlowRequest, Proof, Step
from poolhouse.domain import feature_plans
from poolhouse.domain.records import User
from poolhouse.errors import InvalidParameterException
from poolhouse.house import House
from poolhouse.store.auth_sessions import AuthSession

# ``choice-sentences``
NOT_AVAILABLE: Final = "Challenge {name} is not available for the user."


async def start(house: House, request: FlowRequest) -> Step:
    """Begin with the preferred challenge, or offer those there are.

    Raises what :func:`enter`, :mod:`step_up` and the chosen challenge raise, and
    :class:`FeatureUnavailableInTierException`.
    """
    feature_plans.check(request.pool.tier, [feature_plans.CHOICE_BASED_SIGN_IN])
    user = await enter(house, request, request.required("USERNAME"))
    wish = await step_up.read(house, request, user)
    if request.session:
        proof = await after_sign_up.redeem(house, request, user)
        return await next_step.proceed(house, proof)
    offered = await first_factors.available(house, request.pool, user)
    state = {**NOTHING_SHOWN, "event_id": request.event_id}
    if wish is not None:
        seconds = await step_up.second_factors_of(house, request.pool, user)
        able = first_factors.methods_of(offered) | seconds.keys()
        aim = step_up.aim(wish, able)
        state |= {"asked": aim.asked, "methods": list(aim.credit)}
        if aim.credit and user is not None:
            return await next_step.proceed(house, Proof.resumed(request, user, state))
        offered = first_factors.leading_to(offered, frozenset().union(*aim.ways))
    preferred = request.parameters.get("PREFERRED_CHALLENGE")
    if preferred in offered:
        return await _begin(house, request, user, preferred, offered, state)
    return await offers.select(house, request, user, offered, state)


async def select(house: House, request: FlowRequest) -> Challenge | Proof:
    """The answer to SELECT_CHALLENGE: begin the chosen one, or finish it in one step.

    Raises what the chosen challenge raises, and :class:`InvalidParameterException` for one that is
    not available.
    """
    chosen = request.required("ANSWER")
    session, user = await auth_sessions.resume_pretended(house, request, offers.NAME)
    offered = tuple(session.state["offered"])
    if chosen not in offered:
        raise InvalidParameterException(NOT_AVAILABLE.format(name=chosen))
    if chosen == passkey.NAME and "CREDENTIAL" in request.parameters and user is not None:
        return await passkey.judge(house, request, session, user)
    if chosen == PASSWORD and "PASSWORD" in request.parameters:
        return await _judge_password(house, request, session, user)
    if chosen == PASSWORD_SRP and "SRP_A" in request.parameters:
        return await _begin_srp(house, request, session, user)
    await house.db.write(auth_sessions.spend, session)
    return await offers.ask(house, request, user, chosen, offered, session.state)


async def answer_password(house: House, request: FlowRequest) -> Proof:
    """The answer to PASSWORD. A wrong password leaves the session alive: lock-out bounds tries."""
    request.required("PASSWORD")
    session, user = await auth_sessions.resume_pretended(house, request, PASSWORD)
    return await _judge_password(house, request, session, user)


async def answer_password_srp(house: House, request: FlowRequest) -> Challenge:
    """The answer to PASSWORD_SRP: SRP_A, and PASSWORD_VERIFIER comes next."""
    request.required("SRP_A")
    session, user = await auth_sessions.resume_pretended(house, request, PASSWORD_SRP)
    return await _begin_srp(house, request, session, user)


async def _begin(
    house: House,
    request: FlowRequest,
    user: User | None,
    chosen: str,
    offered: tuple[str, ...],
    state: Mapping[str, Any],
) -> Step:
    """Begin a challenge that InitiateAuth named; a password may come along with it."""
    if chosen == PASSWORD and "PASSWORD" in request.parameters:
        proof = await password.prove(house, request, user)
        return await next_step.proceed(house, _with(proof, state))
    if chosen == PASSWORD_SRP and "SRP_A" in request.parameters:
        name = request.required("USERNAME")
        return replace(
            await srp.offer(house, request, user, name, carried=state), available=offered
        )
    return await offers.ask(house, request, user, chosen, offered, state)


async def _judge_password(
    house: House, request: FlowRequest, session: AuthSession, user: User | None
) -> Proof:
    proof = await password.prove(house, request, user)
    await house.db.write(auth_sessions.spend, session)
    return _with(proof, session.state)


async def _begin_srp(
    house: House, request: FlowRequest, session: AuthSession, user: User | None
) -> Challenge:
    await house.db.write(auth_sessions.spend, session)
    name = request.required("USERNAME")
    return await srp.offer(house, request, user, name, carried=session.state)


def _with(proof: Proof, state: Mapping[str, Any]) -> Proof:
    """A password's proof, with what is carried through the choice."""
    return Proof.resumed(proof.request, proof.user, state, *proof.methods)
