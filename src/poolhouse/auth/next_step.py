"""The one place that answers "what now?": a challenge, a refusal, or tokens."""

from __future__ import annotations

from dataclasses import replace

from poolhouse.auth import (
    custom_auth,
    devices,
    new_password,
    offers,
    second_factor,
    sign_in_events,
    step_up,
)
from poolhouse.auth.acceptance import accept
from poolhouse.auth.password import RESET_REQUIRED
from poolhouse.auth.steps import Challenge, Proof, Step
from poolhouse.domain.authentication import SELF_SERVICE_SCOPE, Authentication
from poolhouse.errors import (
    NotAuthorizedException,
    PasswordResetRequiredException,
    UserNotConfirmedException,
)
from poolhouse.house import House
from poolhouse.store import groups
from poolhouse.tokens.issue import issue

NOT_CONFIRMED = "User is not confirmed."
TEMPORARY_PASSWORD_EXPIRED = "Temporary password has expired and must be reset by an administrator."


async def proceed(house: House, proof: Proof) -> Step:
    """After a factor was shown: the next challenge, or the tokens of the sign-in.

    Raises what :func:`next_challenge` raises, and the Lambda exceptions.
    """
    proof = await devices.recognized(house, proof)
    challenge = await next_challenge(house, proof)
    if challenge is not None:
        return challenge
    if proof.custom is not None:
        outcome = await custom_auth.go_on(house, proof)
        if isinstance(outcome, Challenge):
            return outcome
        proof = outcome
    await accept(house, proof)
    new_device = devices.new_device(house, proof)
    authentication = await _authentication(house, proof)
    if new_device is not None:
        authentication = replace(authentication, device_key=new_device.key)
    tokens = await issue(house, authentication, with_refresh_token=True)
    return tokens if new_device is None else replace(tokens, new_device=new_device)


async def next_challenge(house: House, proof: Proof) -> Challenge | None:
    """What a user must still do before they are signed in; None when nothing is left.

    Raises what the user's state asks for: unconfirmed, reset required, temporary password
    expired; for a device that is not the user's :class:`ResourceNotFoundException`, and for a
    sign-in that is too risky :class:`NotAuthorizedException`.
    """
    proof = await devices.recognized(house, proof)
    proof = await sign_in_events.weigh(house, proof)
    user = proof.user
    if user.status == "UNCONFIRMED":
        raise UserNotConfirmedException(NOT_CONFIRMED)
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException(RESET_REQUIRED)
    if proof.decided:
        return None  # ``custom-temporary-password``
    if user.status == "FORCE_CHANGE_PASSWORD":
        expires_ms = user.temporary_password_expires_ms
        if expires_ms is not None and expires_ms <= house.clock.now_ms():
            raise NotAuthorizedException(TEMPORARY_PASSWORD_EXPIRED)
        return await new_password.ask(house, proof)
    if proof.asked is not None and not step_up.is_reached(proof.asked, proof.methods):
        return await offers.on_the_way(house, proof)
    return await _device_or_second_factor(house, proof)


async def _device_or_second_factor(house: House, proof: Proof) -> Challenge | None:
    """A remembered device vouches for itself in every sign-in (``device-each-time``): in place of
    a second factor where the pool allows it, else after it.
    """
    due = await second_factor.is_due(house, proof)
    if await devices.must_vouch(house, proof) and (
        not due or await second_factor.can_be_replaced(house, proof)
    ):
        return await devices.ask(house, proof)
    return await second_factor.ask(house, proof) if due else None


async def _authentication(house: House, proof: Proof) -> Authentication:
    request, user = proof.request, proof.user
    acr, amr = step_up.claims(house, request.pool, proof.methods, asked=proof.asked is not None)
    return Authentication(
        pool=request.pool,
        client=request.client,
        source=proof.source,
        user=user,
        groups=await groups.of_user(house.db, request.pool.id, user.sub),
        scopes=(SELF_SERVICE_SCOPE,),
        auth_time=house.clock.now_ms() // 1000,
        event_id=proof.event_id or request.event_id,
        client_metadata=proof.client_metadata,
        device_key=proof.device_key,
        acr=acr,
        amr=amr,
        methods=proof.methods,
        visitor=request.visitor,
    )
