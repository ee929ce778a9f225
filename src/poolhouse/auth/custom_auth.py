"""CUSTOM_AUTH: a sign-in that a pool's own functions lead, and its challenge CUSTOM_CHALLENGE.

    define -> create -> (client) -> verify -> define -> ... -> tokens, or the end

It may begin with the password: by SRP, or plainly for an administrator. After a password the pool
asks for what it always asks, a second factor say, before the functions go on.
Source: Amazon Cognito developer guide, "Custom authentication challenge Lambda triggers" and
"Custom authentication flow and challenges".
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from poolhouse.auth import auth_sessions, password, srp
from poolhouse.auth.lookup import enter
from poolhouse.auth.passwords import WRONG_PASSWORD
from poolhouse.auth.steps import NOTHING_SHOWN, Challenge, FlowRequest, Proof
from poolhouse.domain import custom_challenges
from poolhouse.domain.custom_challenges import (
    ADMIN_PASSWORD,
    CUSTOM_CHALLENGE,
    PASSWORD_VERIFIER,
    SRP_A,
    History,
    entry,
)
from poolhouse.domain.records import User
from poolhouse.domain.trigger_answers import unrecognizable
from poolhouse.domain.trigger_catalogue import DEFINE_AUTH_CHALLENGE
from poolhouse.errors import InvalidParameterException, NotAuthorizedException
from poolhouse.house import House
from poolhouse.triggers import create_auth_challenge, define_auth_challenge, verify_auth_challenge
from poolhouse.triggers.custom_subject import Subject

NOT_CONFIGURED: Final = "Custom auth lambda trigger is not configured for the user pool."
# ``custom-first-challenge``
NO_SUCH_START: Final = "CHALLENGE_NAME is not one that CUSTOM_AUTH can begin with."
MOST_STEPS: Final = 50
"""``custom-length``"""

_NAME = "name"
_SRP_A = "srp_a"
_PRIVATE = "private"
_METADATA = "metadata"


@dataclass(frozen=True, slots=True)
class _Attempt:
    """A custom sign-in under way.

    ``user`` is None for one who does not exist, ``name`` what they are called. ``carried`` is
    what was shown so far (:meth:`Proof.carried`), with the history: its metadata sealed, since
    functions keep codes in it.
    """

    request: FlowRequest
    user: User | None
    name: str
    carried: Mapping[str, Any]
    srp_a: str | None = None

    @property
    def kept(self) -> History:
        return tuple(self.carried["custom"])

    def history(self, house: House) -> History:
        """As functions are shown it."""
        return tuple(
            {**each, "challengeMetadata": _unseal(house, self.request, each["challengeMetadata"])}
            for each in self.kept
        )

    @property
    def subject(self) -> Subject:
        request = self.request
        return Subject(request.pool, request.client, self.user, self.name, request.client_metadata)


async def start(house: House, request: FlowRequest) -> Challenge | Proof:
    """Begin with what the define function wants, or with the password.

    Raises :class:`InvalidParameterException` without such a function, what :func:`enter` raises,
    :class:`NotAuthorizedException`, and the three Lambda exceptions.
    """
    name, first = request.required("USERNAME"), request.parameters.get("CHALLENGE_NAME")
    if DEFINE_AUTH_CHALLENGE.function_arn(request.pool) is None:
        raise InvalidParameterException(NOT_CONFIGURED)
    if first not in (None, SRP_A) and not (first == ADMIN_PASSWORD and request.by_admin):
        raise InvalidParameterException(NO_SUCH_START)
    srp_a = request.required("SRP_A") if first == SRP_A else None
    if first == ADMIN_PASSWORD:
        request.required("PASSWORD")
    user = await enter(house, request, name)
    if first == ADMIN_PASSWORD:
        proof = await password.prove(house, request, user)
        return replace(proof, custom=(entry(ADMIN_PASSWORD, True),))
    history = [entry(SRP_A, True)] if srp_a else []
    carried = {**NOTHING_SHOWN, "custom": history}
    return await _decide(house, _Attempt(request, user, name, carried, srp_a))


async def go_on(house: House, proof: Proof) -> Challenge | Proof:
    """After the pool's own challenges: what the define function wants next.

    Raises :class:`NotAuthorizedException` and the three Lambda exceptions.
    """
    user = proof.user
    return await _decide(house, _Attempt(proof.request, user, user.username, proof.carried()))


async def answer(house: House, request: FlowRequest) -> Challenge | Proof:
    """Judge an answer to CUSTOM_CHALLENGE, right or wrong, and go on as the functions decide.

    The session is spent before they are asked: an answer counts once, whatever becomes of it.
    Raises :class:`NotAuthorizedException`, :class:`InvalidParameterException` and the three Lambda
    exceptions.
    """
    given = request.required("ANSWER")
    session, user = await auth_sessions.resume_pretended(house, request, CUSTOM_CHALLENGE)
    await house.db.write(auth_sessions.spend, session)
    state = session.state
    attempt = _Attempt(request, user, state[_NAME], state, state[_SRP_A])
    private = _unseal(house, request, state[_PRIVATE])
    correct = await verify_auth_challenge.verify(house, attempt.subject, private, given)
    if correct is None:
        raise InvalidParameterException(NOT_CONFIGURED)
    shown = entry(CUSTOM_CHALLENGE, correct, state[_METADATA])
    carried = {**state, "custom": [*attempt.kept, shown]}
    return await _decide(house, replace(attempt, carried=carried))


async def _decide(house: House, attempt: _Attempt) -> Challenge | Proof:
    decision = await define_auth_challenge.decide(house, attempt.subject, attempt.history(house))
    if decision is None:
        raise InvalidParameterException(NOT_CONFIGURED)
    if decision.fails:
        raise NotAuthorizedException(WRONG_PASSWORD)
    if decision.issues_tokens:
        if attempt.user is None:
            raise NotAuthorizedException(WRONG_PASSWORD)
        proof = Proof.resumed(attempt.request, attempt.user, attempt.carried)
        return replace(proof, custom=None, decided=True)
    if len(attempt.kept) >= MOST_STEPS:
        raise NotAuthorizedException(WRONG_PASSWORD)
    if decision.challenge_name == CUSTOM_CHALLENGE:
        return await _challenge(house, attempt)
    if decision.challenge_name == PASSWORD_VERIFIER and attempt.srp_a is not None:
        return await _ask_for_password(house, attempt, attempt.srp_a)
    raise unrecognizable(f"{decision.challenge_name} cannot be asked for now")


async def _challenge(house: House, attempt: _Attempt) -> Challenge:
    made = await create_auth_challenge.create(house, attempt.subject, attempt.history(house))
    if made is None:
        raise InvalidParameterException(NOT_CONFIGURED)
    request, user = attempt.request, attempt.user
    shown_name = user.username if user else srp.decoy_username(house, request, attempt.name)
    state = {
        **{member: attempt.carried[member] for member in NOTHING_SHOWN},
        "source": NOTHING_SHOWN["source"],
        _NAME: attempt.name,
        _SRP_A: attempt.srp_a,
        _PRIVATE: _seal(house, request, made.private),
        _METADATA: _seal(house, request, made.metadata),
    }
    parameters = {**made.public, "USERNAME": shown_name}
    return await auth_sessions.challenge(house, request, user, CUSTOM_CHALLENGE, parameters, state)


async def _ask_for_password(house: House, attempt: _Attempt, srp_a: str) -> Challenge:
    """The exchange's block carries the history, so that its answer stays in this sign-in.

    See ``custom-verifier-session``.
    """
    request = replace(attempt.request, parameters={**attempt.request.parameters, "SRP_A": srp_a})
    carried = {member: attempt.carried[member] for member in NOTHING_SHOWN}
    return await srp.offer(house, request, attempt.user, attempt.name, carried=carried)


def recorded(challenge_name: str, proof: Proof) -> Proof:
    """The proof after a challenge of the pool's own, which the functions are told of later."""
    if proof.custom is None:
        return proof
    return replace(proof, custom=custom_challenges.with_answered(proof.custom, challenge_name))


def _seal(house: House, request: FlowRequest, said: Any) -> str | None:
    """What only functions may see, private parameters and metadata, holds the right answer."""
    if said is None:
        return None
    sealed = house.sealer.seal(orjson.dumps(said), _purpose(request))
    return base64.b64encode(sealed).decode("ascii")


def _unseal(house: House, request: FlowRequest, sealed: str | None) -> Any:
    if sealed is None:
        return None
    return orjson.loads(house.sealer.unseal(base64.b64decode(sealed), _purpose(request)))


def _purpose(request: FlowRequest) -> str:
    return f"custom challenge {request.pool.id} {request.client.id}"
