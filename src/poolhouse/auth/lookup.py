"""From a name in a sign-in to a user: the one place that hides whether the user exists."""

from __future__ import annotations

from poolhouse.auth.steps import FlowRequest
from poolhouse.domain.records import User
from poolhouse.errors import NotAuthorizedException, UserNotFoundException
from poolhouse.house import House
from poolhouse.store import users
from poolhouse.triggers import pre_authentication


async def find_user(house: House, request: FlowRequest, name: str) -> User | None:
    """The enabled user of that name; None when the client wants unknown users kept secret.

    Raises :class:`UserNotFoundException` where it does not, and :class:`NotAuthorizedException`
    for a disabled user.
    """
    user = await users.find(house.db, request.pool, name)
    if user is None:
        if request.client.hides_user_existence:
            return None
        raise UserNotFoundException("User does not exist.")
    if not user.enabled:
        raise NotAuthorizedException("User is disabled.")
    return user


async def enter(house: House, request: FlowRequest, name: str) -> User | None:
    """The user who begins to sign in under that name, once the pool's functions have agreed.

    Called once in a sign-in, before anything is proven; later steps look the user up only. Raises
    what :func:`find_user` raises, and the three Lambda exceptions.
    """
    user = await find_user(house, request, name)
    await pre_authentication.run(
        house, request.pool, request.client, user, name, request.validation_data
    )
    return user
