"""The second factors a user turns on and off, by themselves or through an administrator.

Source: API reference, SetUserMFAPreference, SetUserSettings, AdminDeleteSoftwareToken,
GetUserAuthFactors.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from poolhouse.domain import second_factors
from poolhouse.domain.records import User, UserPool
from poolhouse.domain.second_factors import TOTP, UserFactors
from poolhouse.errors import ResourceNotFoundException
from poolhouse.house import House
from poolhouse.store import second_factors as stored_factors
from poolhouse.store import software_tokens, users
from poolhouse.store.database import Transaction

# Ours.
NO_TOKEN = "The user has no software token."

_Change = Callable[..., UserFactors]


@dataclass(frozen=True, slots=True)
class FactorSettings:
    """What GetUser and its like show: the list, the preferred one, and legacy SMS."""

    enabled: tuple[str, ...]
    preferred: str | None
    legacy_sms: bool
    has_token: bool


async def show(house: House, user: User) -> FactorSettings:
    factors = await stored_factors.find(house.db, user.pool_id, user.sub)
    has_token = await software_tokens.is_verified(house.db, user.pool_id, user.sub)
    return FactorSettings(factors.enabled, factors.preferred, factors.legacy_sms, has_token)


async def set_preferences(
    house: House, pool: UserPool, user: User, request: Mapping[str, Any]
) -> None:
    """SetUserMFAPreference. Raises :class:`InvalidParameterException`."""
    change = partial(second_factors.with_preferences, request=request)
    await house.db.write(_change, pool, user, change)


async def set_legacy_options(
    house: House, pool: UserPool, user: User, options: list[Mapping[str, str]]
) -> None:
    """SetUserSettings: SMS as a factor, or not. Raises :class:`InvalidParameterException`."""

    def change(pool: UserPool, user: User, factors: UserFactors, *, has_token: bool) -> UserFactors:
        return second_factors.with_legacy_options(pool, user, factors, options)

    await house.db.write(_change, pool, user, change)


async def delete_token(house: House, user: User) -> None:
    """Take the authenticator app away, and lift what wrong codes have locked.

    Raises :class:`ResourceNotFoundException` for a user who has none.
    """
    await house.db.write(_delete_token, user)


async def _change(transaction: Transaction, pool: UserPool, user: User, change: _Change) -> None:
    current = await users.get_by_sub(transaction, pool.id, user.sub)
    factors = await stored_factors.find(transaction, pool.id, user.sub)
    has_token = await software_tokens.is_verified(transaction, pool.id, user.sub)
    changed = change(pool, current, factors, has_token=has_token)
    await stored_factors.put(transaction, pool.id, user.sub, changed)


async def _delete_token(transaction: Transaction, user: User) -> None:
    if not await software_tokens.delete(transaction, user.pool_id, user.sub):
        raise ResourceNotFoundException(NO_TOKEN)
    factors = await stored_factors.find(transaction, user.pool_id, user.sub)
    without = second_factors.without(factors, TOTP)
    await stored_factors.put(transaction, user.pool_id, user.sub, without)
    await stored_factors.forget_failures(transaction, user.pool_id, user.sub)
