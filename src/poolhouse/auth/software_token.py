"""SOFTWARE_TOKEN_MFA: a code of the user's authenticator app.

Source: Amazon Cognito developer guide, "TOTP software token MFA".
"""

from __future__ import annotations

from dataclasses import replace

from poolhouse.auth import auth_sessions, devices, totp, wrong_codes
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain.records import User
from poolhouse.domain.second_factors import TOTP
from poolhouse.errors import (
    CodeMismatchException,
    ExpiredCodeException,
    ServiceError,
    SoftwareTokenMFANotFoundException,
)
from poolhouse.house import House
from poolhouse.store import software_tokens
from poolhouse.store.database import Transaction

METHOD = "otp"
"""The ``amr`` value of a time-based code (RFC 8176)."""
WRONG_CODE = "Invalid code received for user"
USED_CODE = "Your software token has already been used once."
# Ours: an administrator took the app away between the two steps.
NO_TOKEN = "Software Token MFA is not set up for the user."


async def ask(house: House, proof: Proof) -> Challenge:
    user = proof.user
    token = await software_tokens.find(house.db, user.pool_id, user.sub)
    parameters = {
        "FRIENDLY_DEVICE_NAME": token.friendly_name if token else "",
        "USER_ID_FOR_SRP": user.username,
    }
    return await auth_sessions.challenge(
        house, proof.request, user, TOTP, parameters, proof.carried()
    )


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge a code. Raises :class:`CodeMismatchException`, :class:`ExpiredCodeException` for one
    that was used, :class:`SoftwareTokenMFANotFoundException`, :class:`NotAuthorizedException`.
    """
    code = request.required("SOFTWARE_TOKEN_MFA_CODE")
    session, found = await auth_sessions.resume(house, request, TOTP)
    # Refused before the session is spent: the client drops the key and answers again.
    await devices.named(house, request, found)

    async def judge(transaction: Transaction, user: User) -> ServiceError | None:
        return await _use(transaction, house, user, code)

    user = await wrong_codes.judged(house, request, session, judge)
    return Proof.strengthened(request, user, session.state, METHOD)


async def _use(
    transaction: Transaction, house: House, user: User, code: str
) -> ServiceError | None:
    token = await software_tokens.find(transaction, user.pool_id, user.sub)
    if token is None or token.sealed_secret is None:
        raise SoftwareTokenMFANotFoundException(NO_TOKEN)
    secret = totp.unseal(house, user.pool_id, user.sub, token.sealed_secret)
    steps = totp.matching_steps(secret, code, house.clock.now_ms())
    if not steps:
        return CodeMismatchException(WRONG_CODE)
    if steps[-1] <= token.last_step:
        return ExpiredCodeException(USED_CODE)
    await software_tokens.put(transaction, replace(token, last_step=steps[-1]))
    return None
