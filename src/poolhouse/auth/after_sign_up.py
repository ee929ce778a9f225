"""From signing up straight to signing in: the ``Session`` of SignUp, ConfirmSignUp, InitiateAuth.

The code that confirmed an account counts as the first factor of its first sign-in. Source: Amazon
Cognito API reference of the three operations.
"""

from __future__ import annotations

from poolhouse.auth import auth_sessions
from poolhouse.auth.steps import FlowRequest, Proof
from poolhouse.domain.client_flows import ALLOW_CHOICE
from poolhouse.domain.delivery import Contact
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import auth_sessions as stored_auth_sessions

_SIGNED_UP = "CONFIRM_SIGN_UP"
_CONFIRMED = "CONFIRMED_SIGN_UP"
_METHODS: dict[Contact, str] = {"email": "email_otp", "phone_number": "sms"}


async def signed_up(house: House, request: FlowRequest, user: User) -> str | None:
    """A session for ConfirmSignUp; only clients of choice-based sign-in get one."""
    if ALLOW_CHOICE not in request.client.auth_flows:
        return None
    return (await auth_sessions.challenge(house, request, user, _SIGNED_UP, {})).session


async def confirmed(house: House, request: FlowRequest, user: User, contact: Contact) -> str | None:
    """The session that signs in, in exchange for that of the sign-up; None when that is not
    (or no longer) good: the confirmation stands all the same.
    """
    try:
        session = await auth_sessions.find(house, request, _SIGNED_UP)
    except NotAuthorizedException:
        return None
    if session.sub != user.sub or not await house.db.write(stored_auth_sessions.consume, session):
        return None
    state = {"method": _METHODS[contact]}
    return (await auth_sessions.challenge(house, request, user, _CONFIRMED, {}, state)).session


async def redeem(house: House, request: FlowRequest, user: User | None) -> Proof:
    """Sign in with such a session, once. Raises :class:`NotAuthorizedException`."""
    session = await auth_sessions.find(house, request, _CONFIRMED)
    user = auth_sessions.checked(session, user)
    await house.db.write(auth_sessions.spend, session)
    return Proof(request, user, methods=(session.state["method"],))
