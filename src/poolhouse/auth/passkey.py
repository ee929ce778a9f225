"""WEB_AUTHN: signing in with a passkey.

Source: Amazon Cognito API reference, RespondToAuthChallenge; W3C Web Authentication Level 3,
section 7.2.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson

from poolhouse.auth import auth_sessions, passkey_signatures, relying_party, sign_in_events
from poolhouse.auth.steps import Challenge, FlowRequest, Proof
from poolhouse.domain.assurance import MULTI_FACTOR
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.second_factors import PASSKEY
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import passkeys, second_factors
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction
from poolhouse.store.passkeys import Passkey

NAME = "WEB_AUTHN"
OPTIONS = "CREDENTIAL_REQUEST_OPTIONS"
CHALLENGE = "web_authn_challenge"
"""Where an auth session keeps the challenge that an authenticator must sign."""

_CHALLENGE_BYTES = 32
_TIMEOUT_MS = 180_000


async def usable(house: House, pool: UserPool, user: User) -> list[Passkey]:
    """The user's passkeys of the relying party in force."""
    party = await relying_party.relying_party_id(house, pool)
    present = await passkeys.of_user(house.db, pool.id, user.sub)
    return [each for each in present if each.relying_party_id == party]


async def counts_as_multi_factor(house: House, pool: UserPool, user: User) -> bool:
    """Whether a passkey that verified its user is two factors: where pool and user both want it.

    Source: API reference, WebAuthnConfigurationType and WebAuthnMfaSettingsType.
    """
    if not relying_party.counts_as_multi_factor(pool):
        return False
    return PASSKEY in (await second_factors.find(house.db, pool.id, user.sub)).enabled


def options(
    house: House, pool: UserPool, present: list[Passkey]
) -> tuple[dict[str, str], dict[str, Any]]:
    """The parameters of a challenge, and what its auth session must keep."""
    challenge = house.ids.token(_CHALLENGE_BYTES)
    shown = {
        "challenge": challenge,
        "timeout": _TIMEOUT_MS,
        "rpId": present[0].relying_party_id,
        "allowCredentials": passkey_signatures.descriptors(present),
        "userVerification": relying_party.configuration(pool).get("UserVerification", "preferred"),
    }
    return {OPTIONS: orjson.dumps(shown).decode()}, {CHALLENGE: challenge}


async def ask(house: House, request: FlowRequest, user: User, state: dict[str, Any]) -> Challenge:
    """Have one of the user's passkeys sign a challenge; there must be one."""
    present = await usable(house, request.pool, user)
    parameters, kept = options(house, request.pool, present)
    return await auth_sessions.challenge(house, request, user, NAME, parameters, {**state, **kept})


async def answer(house: House, request: FlowRequest) -> Proof:
    """Judge the signature in CREDENTIAL. Raises :class:`NotAuthorizedException` and
    :class:`InvalidParameterException`. Its challenge is spent by an accepted signature.
    """
    request.required("CREDENTIAL")
    session, user = await auth_sessions.resume(house, request, NAME)
    return await judge(house, request, session, user)


async def judge(house: House, request: FlowRequest, session: AuthSession, user: User) -> Proof:
    """The same for a session of any step that keeps a challenge."""
    try:
        return await _judge(house, request, session, user)
    except NotAuthorizedException:
        await sign_in_events.code_refused(house, request, session)
        raise


async def _judge(house: House, request: FlowRequest, session: AuthSession, user: User) -> Proof:
    pool = request.pool
    credential = passkey_signatures.read_assertion(request.required("CREDENTIAL"))
    challenge = session.state.get(CHALLENGE)
    passkey = await passkeys.find(house.db, pool.id, credential.id)
    if challenge is None or passkey is None or passkey.sub != user.sub:
        raise NotAuthorizedException(passkey_signatures.NOT_ACCEPTED)
    signed = passkey_signatures.judge_assertion(
        house,
        credential,
        challenge,
        passkey,
        user_verification=relying_party.needs_user_verification(pool),
    )
    await house.db.write(_spend, session, passkey, signed.sign_count)
    # ``passkey-amr``: what moves between devices is hardware of its own.
    method = "hwk" if passkey.attachment == "cross-platform" else "swk"
    if signed.user_verified and await counts_as_multi_factor(house, pool, user):
        proof = Proof.resumed(request, user, session.state, method, MULTI_FACTOR)
        return replace(proof, second_factor=True)
    return Proof.resumed(request, user, session.state, method)


async def _spend(
    transaction: Transaction, session: AuthSession, passkey: Passkey, sign_count: int
) -> None:
    await auth_sessions.spend(transaction, session)
    # Two copies of a key that sign at the same time: the second to come sees another counter.
    if not await passkeys.count_up(transaction, passkey, sign_count):
        raise NotAuthorizedException(passkey_signatures.NOT_ACCEPTED)
