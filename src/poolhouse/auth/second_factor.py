"""What is asked after a first factor: a second one, a choice between several, or setting one up.

Source: Amazon Cognito developer guide, "Adding MFA to a user pool".
"""

from __future__ import annotations

import orjson

from poolhouse.auth import (
    auth_sessions,
    devices,
    message_factor,
    mfa_setup,
    own_factors,
    software_token,
)
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain import second_factors
from poolhouse.domain.second_factors import EMAIL, TOTP
from poolhouse.errors import InvalidParameterException
from poolhouse.house import House
from poolhouse.store import second_factors as stored_factors

SELECT = "SELECT_MFA_TYPE"
# Ours.
NOT_ON_OFFER = "The selected MFA type is not available to the user."

# The API reference of RespondToAuthChallenge says EMAIL_MFA where the challenge is EMAIL_OTP.
_ALSO_CALLED = {"EMAIL_MFA": EMAIL}


async def is_due(house: House, proof: Proof) -> bool:
    """Whether this sign-in still needs a second factor, be it one to set up.

    A device that has vouched for itself stands in for a factor, not for the lack of one.
    """
    if proof.second_factor:
        return False
    if proof.at_risk:  # ``device-at-risk``
        return True
    pool = proof.request.pool
    if await own_factors.active(house.db, pool, proof.user):
        return not (proof.device_proven and devices.stands_in(proof))
    return second_factors.is_required(pool)


async def can_be_replaced(house: House, proof: Proof) -> bool:
    """Whether a device that vouches would do instead."""
    if proof.at_risk:
        return False
    factors = await own_factors.active(house.db, proof.request.pool, proof.user)
    return bool(factors) and devices.stands_in(proof)


async def ask(house: House, proof: Proof) -> Challenge:
    """The challenge of the user's only or preferred factor, a choice, or a factor's set-up."""
    pool, user = proof.request.pool, proof.user
    factors = await own_factors.to_ask(house.db, pool, user, at_risk=proof.at_risk)
    if not factors:
        return await mfa_setup.ask(house, proof)
    preferred = (await stored_factors.find(house.db, pool.id, user.sub)).preferred
    if len(factors) == 1 or preferred in factors:
        return await offer(house, proof, preferred if preferred in factors else factors[0])
    parameters = {
        "MFAS_CAN_CHOOSE": orjson.dumps(factors).decode(),
        "USER_ID_FOR_SRP": user.username,
    }
    return await auth_sessions.challenge(
        house, proof.request, user, SELECT, parameters, proof.carried()
    )


async def offer(house: House, proof: Proof, factor: str | None) -> Challenge:
    """The challenge of one factor."""
    if factor == TOTP:
        return await software_token.ask(house, proof)
    return await message_factor.ask(house, proof, str(factor))


async def select(house: House, request: FlowRequest) -> Challenge:
    """Answer SELECT_MFA_TYPE: the challenge of the factor that was chosen.

    Raises :class:`InvalidParameterException` for one that the user does not have, and
    :class:`NotAuthorizedException`.
    """
    given = request.required("ANSWER")
    chosen = _ALSO_CALLED.get(given, given)
    session, user = await auth_sessions.resume(house, request, SELECT)
    proof = Proof.resumed(request, user, session.state)
    if chosen not in await own_factors.to_ask(house.db, request.pool, user, at_risk=proof.at_risk):
        raise InvalidParameterException(NOT_ON_OFFER)
    await house.db.write(auth_sessions.spend, session)
    return await offer(house, proof, chosen)
