"""Auth sessions: opening one with a challenge, judging it with the answer, spending it once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from poolhouse.auth.steps import Challenge, FlowRequest
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import auth_sessions, users
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Transaction
from poolhouse.store.sealing import token_hash

INVALID = "Invalid session for the user."
USED = "Invalid session for the user, session can only be used once."
EXPIRED = "Invalid session for the user, session is expired."
DISABLED = "User is disabled."

_PASSWORD = "password"


async def challenge(
    house: House,
    request: FlowRequest,
    user: User | None,
    name: str,
    parameters: Mapping[str, str],
    state: Mapping[str, Any] | None = None,
) -> Challenge:
    """Open a session for ``name`` and return the challenge that carries it.

    ``user`` is None for one who is only pretended to exist: nothing proves them.
    """
    session, record = make(house, request, user, name, state)
    await house.db.write(auth_sessions.insert, record)
    return Challenge(name, session, parameters)


def make(
    house: House,
    request: FlowRequest,
    user: User | None,
    name: str,
    state: Mapping[str, Any] | None = None,
) -> tuple[str, AuthSession]:
    """The value of a new session and its row, for a transaction of the caller's own."""
    session = house.ids.token(48)
    record = AuthSession(
        pool_id=request.pool.id,
        session_hash=token_hash(session),
        client_id=request.client.id,
        sub=user.sub if user is not None else "",
        challenge=name,
        # A session speaks for the password that it was opened with, and for no later one.
        state={**(state or {}), _PASSWORD: password_fingerprint(user)},
        used=False,
        expires_ms=house.clock.now_ms() + request.client.auth_session_seconds * 1000,
    )
    return session, record


async def find(house: House, request: FlowRequest, name: str) -> AuthSession:
    """The live session of an answer. Raises :class:`NotAuthorizedException`.

    It must belong to this client and this step: a session of one app or of an earlier step must
    not carry a user past another (session swapping).
    """
    if not request.session:
        raise NotAuthorizedException(INVALID)
    hashed = token_hash(request.session)
    session = await auth_sessions.find(house.db, request.pool.id, hashed)
    if session is None or (session.client_id, session.challenge) != (request.client.id, name):
        raise NotAuthorizedException(INVALID)
    if session.used:
        raise NotAuthorizedException(USED)
    if session.expires_ms <= house.clock.now_ms():
        raise NotAuthorizedException(EXPIRED)
    return session


async def resume(house: House, request: FlowRequest, name: str) -> tuple[AuthSession, User]:
    """The live session of an answer, and its user, who must be the one that the answer names.

    Raises :class:`NotAuthorizedException` and :class:`InvalidParameterException` (no USERNAME).
    """
    username = request.required("USERNAME")
    session = await find(house, request, name)
    return session, checked(session, await users.find(house.db, request.pool, username))


async def resume_pretended(
    house: House, request: FlowRequest, name: str
) -> tuple[AuthSession, User | None]:
    """The same for a step that users who do not exist are asked to take as well: None for them."""
    username = request.required("USERNAME")
    session = await find(house, request, name)
    # Looked up in either case: one that is not would be answered sooner.
    user = await users.find(house.db, request.pool, username)
    return session, checked(session, user) if session.sub else None


def checked(session: AuthSession, user: User | None) -> User:
    """The user, if the session still speaks for them. Raises :class:`NotAuthorizedException`."""
    if user is None or user.sub != session.sub:
        raise NotAuthorizedException(INVALID)
    if not user.enabled:
        raise NotAuthorizedException(DISABLED)
    if password_fingerprint(user) != session.state.get(_PASSWORD):
        raise NotAuthorizedException(INVALID)
    return user


def password_fingerprint(user: User | None) -> str:
    """Another one for every password; tells nothing about it."""
    return token_hash((user.password_hash if user is not None else None) or "")


async def spend(transaction: Transaction, session: AuthSession) -> None:
    """Use the session up, in the transaction of what it allows. One caller wins."""
    if not await auth_sessions.consume(transaction, session):
        raise NotAuthorizedException(USED)
