"""Which second factors a user has, as sign-in, recovery and the user's own settings see them."""

from __future__ import annotations

from poolhouse.auth import auth_sessions
from poolhouse.domain import second_factors
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import NotAuthorizedException
from poolhouse.store import second_factors as stored_factors
from poolhouse.store import software_tokens
from poolhouse.store.database import Reader


async def active(reader: Reader, pool: UserPool, user: User) -> tuple[str, ...]:
    """The factors the user would be asked for, in order of offer; see ``domain``."""
    if second_factors.is_off(pool):
        return ()  # without a look at what they have turned on
    return second_factors.active(
        pool,
        user,
        await stored_factors.find(reader, pool.id, user.sub),
        has_token=await software_tokens.is_verified(reader, pool.id, user.sub),
    )


async def to_ask(reader: Reader, pool: UserPool, user: User, *, at_risk: bool) -> tuple[str, ...]:
    """The same in a sign-in, where a risk may ask for what was not turned on."""
    factors = await active(reader, pool, user)
    if factors or not at_risk:
        return factors
    has_token = await software_tokens.is_verified(reader, pool.id, user.sub)
    return second_factors.possible(pool, user, has_token=has_token)


async def check_none(reader: Reader, pool: UserPool, user: User) -> None:
    """Raises :class:`NotAuthorizedException` for a user who has a factor.

    A password alone may set up the first factor, where the pool requires one, but never another:
    an old MFA_SETUP session in a thief's hands must not replace what the owner has set up since.
    """
    if await active(reader, pool, user):
        raise NotAuthorizedException(auth_sessions.INVALID)
