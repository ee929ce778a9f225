"""Sign-ins as threat protection sees them: begun, weighed, failed, passed.

One sign-in is one event, whose id its tokens carry. Users who do not exist leave none
(``risk-of-an-unknown``).
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from poolhouse.auth import own_factors
from poolhouse.auth.steps import FlowRequest, Proof
from poolhouse.domain.auth_events import AuthEvent, ChallengeName, EventResponse, Risk
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, PasswordResetRequiredException
from poolhouse.house import House
from poolhouse.store import users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.threat_protection import compromised, events, takeover


@asynccontextmanager
async def password_watched(house: House, request: FlowRequest, user: User) -> AsyncIterator[None]:
    """Around a check of the password: a wrong one is a failure of this sign-in."""
    try:
        yield
    except NotAuthorizedException:
        await failed(house, request, user, "Password")
        raise


async def failed(
    house: House,
    request: FlowRequest,
    user: User,
    challenge: ChallengeName,
    event_id: str | None = None,
) -> None:
    """A factor was not shown."""
    if events.is_on(request.pool):
        event = _event(house, request, user, "Fail", (challenge, False), event_id)
        await events.record(house, request.pool, user, event)


async def check_compromised(house: House, request: FlowRequest, user: User, password: str) -> None:
    """A right password that is stolen may have to be reset before it is good for anything.

    Raises :class:`PasswordResetRequiredException`.
    """
    client_id = request.client.id
    found = await compromised.look_up(house, request.pool, client_id, password, "SIGN_IN")
    if found == "clean":
        return
    event = _event(house, request, user, "InProgress", None)
    event = replace(event, risk=Risk(compromised_credentials=True))
    if found == "noted":
        await events.record(house, request.pool, user, event)
        return
    blocked = Risk("Block", "High", compromised_credentials=True)
    event = replace(event, response="Fail", challenges=(("Password", True),), risk=blocked)
    now_ms = house.clock.now_ms()
    await house.db.write(
        users.amend,
        request.pool,
        user.sub,
        lambda current: replace(current, status="RESET_REQUIRED", modified_ms=now_ms),
    )
    await events.record(house, request.pool, user, event)
    raise PasswordResetRequiredException("Password reset required for the user")


async def weigh(house: House, proof: Proof) -> Proof:
    """Judge what was proven so far, before anything comes of it: the proof, perhaps at risk.

    Raises :class:`NotAuthorizedException` for a sign-in that is too risky.
    """
    request, user = proof.request, proof.user
    # Whoever has not shown anything yet must not learn how risky they look.
    shown = proof.methods and not proof.second_factor
    if not events.is_on(request.pool) or not shown or proof.at_risk:
        return proof
    event = _event(house, request, user, "InProgress", ("Password", True), proof.event_id)
    factors = await own_factors.to_ask(house.db, request.pool, user, at_risk=True)
    at_risk = await takeover.weigh(
        house, request.pool, user, event, has_second_factor=bool(factors)
    )
    return replace(proof, at_risk=at_risk)


async def passed(house: House, proof: Proof) -> None:
    """Nothing is left to prove."""
    request = proof.request
    if events.is_on(request.pool):
        last: tuple[ChallengeName, bool] | None = ("Mfa", True) if proof.second_factor else None
        event = _event(house, request, proof.user, "Pass", last, proof.event_id)
        await events.record(house, request.pool, proof.user, event)


async def code_refused(house: House, request: FlowRequest, session: AuthSession) -> None:
    """The code that answers an auth session was wrong."""
    if not events.is_on(request.pool):
        return
    user = await users.find_by_sub(house.db, session.pool_id, session.sub)
    if user is not None:
        await failed(house, request, user, "Mfa", session.state.get("event_id"))


def _event(
    house: House,
    request: FlowRequest,
    user: User,
    response: EventResponse,
    challenge: tuple[ChallengeName, bool] | None,
    event_id: str | None = None,
) -> AuthEvent:
    visitor = request.visitor
    return AuthEvent(
        pool_id=request.pool.id,
        event_id=event_id or request.event_id or house.ids.uuid(),
        sub=user.sub,
        client_id=request.client.id,
        event_type="SignIn",
        response=response,
        created_ms=house.clock.now_ms(),
        address=visitor.address,
        device=visitor.user_agent,
        request_id=visitor.request_id,
        idp_name=request.idp_name,
        challenges=(challenge,) if challenge else (),
    )
