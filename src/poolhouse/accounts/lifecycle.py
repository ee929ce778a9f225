"""Enabling, disabling and deleting users.

Source: Amazon Cognito developer guide, "Managing and searching for user accounts".
"""

from __future__ import annotations

from poolhouse.domain.records import User
from poolhouse.house import House
from poolhouse.store import (
    attempts,
    auth_events,
    codes,
    devices,
    groups,
    linked_identities,
    passkeys,
    password_history,
    second_factors,
    sign_in_failures,
    sign_ins,
    software_tokens,
    srp_verifiers,
    user_sessions,
    users,
)
from poolhouse.store.database import Transaction
from poolhouse.tokens import revoke


async def enable(house: House, user: User) -> None:
    await house.db.write(
        users.set_enabled, user.pool_id, user.sub, enabled=True, now_ms=house.clock.now_ms()
    )


async def disable(house: House, user: User) -> None:
    """Nothing of the user's sign-ins is good any more: every token is revoked."""
    await house.db.write(_disable, user, house.clock.now_ms())


async def delete(house: House, user: User) -> None:
    """Remove the user and everything kept about them. The name is free again.

    Raises :class:`UserNotFoundException`.
    """
    await house.db.write(_delete, user)


async def _disable(transaction: Transaction, user: User, now_ms: int) -> None:
    await users.set_enabled(transaction, user.pool_id, user.sub, enabled=False, now_ms=now_ms)
    await revoke.revoke_user(transaction, user.pool_id, user.sub, now_ms)


async def _delete(transaction: Transaction, user: User) -> None:
    pool_id, sub = user.pool_id, user.sub
    await users.delete(transaction, pool_id, sub)
    await groups.remove_from_all(transaction, pool_id, sub)
    await sign_ins.delete_of_user(transaction, pool_id, sub)
    await sign_in_failures.forget(transaction, pool_id, sub)
    await password_history.forget_all(transaction, pool_id, sub)
    await srp_verifiers.forget(transaction, pool_id, sub)
    await second_factors.forget(transaction, pool_id, sub)
    await software_tokens.delete(transaction, pool_id, sub)
    await passkeys.forget_all(transaction, pool_id, sub)
    await devices.delete_all(transaction, pool_id, sub)
    await user_sessions.forget_all(transaction, pool_id, sub)
    await codes.void_all(transaction, pool_id, sub)
    await attempts.forget_all(transaction, pool_id, sub)
    await auth_events.forget_all(transaction, pool_id, sub)
    await linked_identities.delete_of_user(transaction, pool_id, sub)
