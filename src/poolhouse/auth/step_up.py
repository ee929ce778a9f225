"""Step-up: signing in to a level of assurance that the app asked for.

Source: Amazon Cognito developer guide, "Step-up authentication with ACR and AMR"; API reference,
InitiateAuth (``TARGET_ACR_VALUES``, ``ACCESS_TOKEN``, ``MAX_AGE``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from poolhouse.auth import first_factors, message_factor, own_factors, software_token
from poolhouse.auth.steps import FlowRequest
from poolhouse.domain import assurance, feature_plans, second_factors
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException, NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import sign_ins, software_tokens
from poolhouse.tokens import verify

# ``step-up-sentences``
TOKEN_WITHOUT_LEVEL: Final = "ACCESS_TOKEN requires TARGET_ACR_VALUES"
UNKNOWN_LEVELS: Final = "TARGET_ACR_VALUES has no valid value"
BAD_AGE: Final = "MAX_AGE must be a number of seconds"
OUT_OF_REACH: Final = "User cannot reach the requested authentication level."
OTHER_USER: Final = "Invalid Access Token"

_SECONDS: Final = re.compile(r"[0-9]{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Wish:
    """The levels asked for, first the dearest, and the methods that count as shown already."""

    levels: tuple[int, ...]
    credit: tuple[str, ...] = ()


async def read(house: House, request: FlowRequest, user: User | None) -> Wish | None:
    """What the parameters of a sign-in ask for; None when they ask for no level.

    Raises :class:`FeatureUnavailableInTierException`, :class:`InvalidParameterException`, and
    :class:`NotAuthorizedException` for a token that is not (or no longer) this user's.
    """
    names, token = (
        request.parameters.get("TARGET_ACR_VALUES"),
        request.parameters.get("ACCESS_TOKEN"),
    )
    max_age = request.parameters.get("MAX_AGE")
    if max_age and not _SECONDS.fullmatch(max_age):
        raise InvalidParameterException(BAD_AGE)
    if not names:
        if token:
            raise InvalidParameterException(TOKEN_WITHOUT_LEVEL)
        return None
    feature_plans.check(request.pool.tier, [feature_plans.STEP_UP])
    levels = assurance.levels_named(request.pool, names)
    if not levels:
        raise InvalidParameterException(UNKNOWN_LEVELS)
    if not token:
        return Wish(tuple(levels))
    return Wish(tuple(levels), await _credit(house, request, user, token, max_age))


async def _credit(
    house: House, request: FlowRequest, user: User | None, token: str, max_age: str | None
) -> tuple[str, ...]:
    """The methods of the sign-in behind an access token, unless it is too long ago."""
    verified = await verify.user_token(house, token)
    # What somebody else carries on the user's behalf proves nothing of the user.
    carried = verify.is_in_other_hands(verified.claims)
    if carried or user is None or verified.pool.id != request.pool.id:
        raise NotAuthorizedException(OTHER_USER)
    if verified.user.sub != user.sub:
        raise NotAuthorizedException(OTHER_USER)
    sign_in = await sign_ins.find(house.db, user.pool_id, str(verified.claims.get("event_id")))
    if sign_in is None:
        raise NotAuthorizedException(OTHER_USER)
    if max_age and house.clock.now_ms() // 1000 - sign_in.auth_time > int(max_age):
        return ()
    return tuple(each for each in sign_in.methods if each != assurance.MULTI_FACTOR)


@dataclass(frozen=True, slots=True)
class Aim:
    """The level to be reached, as a :class:`~poolhouse.auth.steps.Proof` carries it in ``asked``;
    the methods that count as shown, and the ways on from there.
    """

    asked: Mapping[str, Any]
    credit: tuple[str, ...]
    ways: list[frozenset[str]]


def aim(wish: Wish, able: Collection[str]) -> Aim:
    """Choose the first level that the user, ``able`` to show these methods, can reach.

    A token that tells of enough already counts for nothing: somebody must show something now, or
    a token found would be worth a refresh token (``step-up-shows-something``). Raises
    :class:`NotAuthorizedException` when none of the levels can be reached.
    """
    level = assurance.target(wish.levels, wish.credit, able)
    if level is None:
        raise NotAuthorizedException(OUT_OF_REACH)
    asked, credit = {"level": level}, wish.credit
    if is_reached(asked, credit):
        credit = ()
    ways = assurance.ways_on(level, credit, able)
    if not ways:
        raise NotAuthorizedException(OUT_OF_REACH)
    return Aim(asked, credit, ways)


async def second_factors_of(house: House, pool: UserPool, user: User | None) -> dict[str, str]:
    """The methods that a second factor of the user's would show, and its challenge.

    A verified authenticator app counts wherever there is one; messages where they are the user's
    factor.
    """
    if user is None:
        return {}
    found: dict[str, str] = {}
    if await software_tokens.is_verified(house.db, pool.id, user.sub):
        found[software_token.METHOD] = second_factors.TOTP
    for factor in await own_factors.active(house.db, pool, user):
        if factor in second_factors.CONTACTS:
            found[message_factor.METHODS[second_factors.CONTACTS[factor]]] = factor
    return found


async def asked_by_page(
    house: House, pool: UserPool, user: User, acr_values: str
) -> Mapping[str, Any] | None:
    """The level that ``acr_values`` of an authorization request comes to for a user, as a
    :class:`~poolhouse.auth.steps.Proof` carries it in ``asked``.

    None where nothing is asked for that is known and within reach, and on plans without step-up:
    at the authorization endpoint it is a wish (OpenID Connect Core, section 3.1.2.1).
    """
    levels = assurance.levels_named(pool, acr_values)
    if not levels or pool.tier == "LITE":
        return None
    seconds = await second_factors_of(house, pool, user)
    firsts = first_factors.methods_of(await first_factors.available(house, pool, user))
    level = assurance.target(levels, (), firsts | seconds.keys())
    return None if level is None else {"level": level}


def ways_on(
    asked: Mapping[str, Any] | None, shown: Sequence[str], able: Collection[str]
) -> list[frozenset[str]]:
    """In which ways the level is still to be reached; see :func:`assurance.ways_on`."""
    return [] if asked is None else assurance.ways_on(asked["level"], shown, able)


def is_reached(asked: Mapping[str, Any], methods: Collection[str]) -> bool:
    """Whether ``methods`` are enough for what was asked for."""
    level = assurance.reached(methods)
    return level is not None and bool(level >= asked["level"])


def claims(
    house: House, pool: UserPool, methods: Sequence[str], *, asked: bool
) -> tuple[str | None, tuple[str, ...]]:
    """``acr`` and ``amr`` of a sign-in: given when a level was asked for (``acr-amr``), or always
    where the settings say so.
    """
    if not asked and house.settings.assurance_claims != "always":
        return None, ()
    return assurance.acr(pool, methods), assurance.amr(methods)
