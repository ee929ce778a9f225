"""Setting passwords: by their owner, or by an administrator.

Source: Amazon Cognito API reference, ChangePassword and AdminSetUserPassword; developer guide,
"Adding user pool password requirements" (history).
"""

from __future__ import annotations

from dataclasses import replace

from poolhouse.accounts import account_events, attempt_limits
from poolhouse.accounts.attempt_limits import accepted
from poolhouse.auth.credentials import Credentials, derive
from poolhouse.auth.history import check_history
from poolhouse.domain import passwords
from poolhouse.domain.authentication import Visitor
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import InvalidParameterException, PasswordResetRequiredException
from poolhouse.house import House
from poolhouse.store import codes as stored_codes
from poolhouse.store import password_history, second_factors, srp_verifiers, users
from poolhouse.store.database import Transaction
from poolhouse.threat_protection import compromised

# ``password-missing``
_PREVIOUS_MISSING = "Missing required parameter PreviousPassword"

_DAY_MS = 86_400_000


async def change(
    house: House,
    pool: UserPool,
    user: User,
    previous: str | None,
    proposed: str,
    *,
    client_id: str,
    visitor: Visitor,
) -> None:
    """ChangePassword: a signed-in user replaces a password they know.

    Raises :class:`LimitExceededException`, :class:`InvalidPasswordException`,
    :class:`NotAuthorizedException`, :class:`PasswordHistoryPolicyViolationException`,
    :class:`PasswordResetRequiredException`.
    """
    now_ms = house.clock.now_ms()
    accepted(
        await house.db.write(
            attempt_limits.count, attempt_limits.CHANGE_PASSWORD, pool.id, user.sub, now_ms
        )
    )
    if user.status == "RESET_REQUIRED":
        raise PasswordResetRequiredException("Password reset required for the user")
    passwords.check(pool.password_policy, proposed)
    if user.password_hash is not None:
        if not previous:
            raise InvalidParameterException(_PREVIOUS_MISSING)
        await house.passwords.check(user.password_hash, previous)
    await compromised.check_chosen(house, pool, client_id, proposed, "PASSWORD_CHANGE")
    await check_history(house, pool, user, proposed)
    made = await derive(house, pool.id, user.sub, user.username, proposed)
    await house.db.write(store_permanent, house, pool, user.sub, made)
    await account_events.record(house, pool, user, "PasswordChange", client_id, visitor)


async def set_by_administrator(
    house: House, pool: UserPool, user: User, password: str, *, permanent: bool
) -> None:
    """AdminSetUserPassword: a permanent password confirms the user, a temporary one does not.

    Raises :class:`InvalidPasswordException`, :class:`PasswordHistoryPolicyViolationException`.
    """
    passwords.check(pool.password_policy, password)
    if permanent:
        await check_history(house, pool, user, password)
    made = await derive(house, pool.id, user.sub, user.username, password)
    if permanent:
        await house.db.write(store_permanent, house, pool, user.sub, made)
    else:
        await house.db.write(store_temporary, house, pool, user.sub, made)
    # Who guessed codes behind the old password starts over (``wrong-codes``).
    await house.db.write(second_factors.forget_failures, pool.id, user.sub)


async def store_permanent(
    transaction: Transaction, house: House, pool: UserPool, sub: str, made: Credentials
) -> None:
    """A password for good: the user is confirmed, and a code that would reset it is void.

    See ``new-password-voids-code``.
    """
    now_ms = house.clock.now_ms()
    user = await users.get_by_sub(transaction, pool.id, sub)
    await users.set_password(
        transaction, pool.id, sub, made.password_hash, status="CONFIRMED", now_ms=now_ms
    )
    await srp_verifiers.put(transaction, pool.id, sub, made.sealed_verifier)
    await password_history.remember(
        transaction, pool, replace(user, password_hash=made.password_hash, modified_ms=now_ms)
    )
    await stored_codes.void(transaction, pool.id, sub, "recovery")


async def store_temporary(
    transaction: Transaction, house: House, pool: UserPool, sub: str, made: Credentials
) -> None:
    """A password to be replaced at the next sign-in, good for as long as the policy says."""
    now_ms = house.clock.now_ms()
    await users.set_password(
        transaction,
        pool.id,
        sub,
        made.password_hash,
        status="FORCE_CHANGE_PASSWORD",
        now_ms=now_ms,
        temporary_password_expires_ms=temporary_password_end(pool, now_ms),
    )
    await srp_verifiers.put(transaction, pool.id, sub, made.sealed_verifier)
    await stored_codes.void(transaction, pool.id, sub, "recovery")


def temporary_password_end(pool: UserPool, now_ms: int) -> int:
    """When a temporary password made now ends, in milliseconds since the epoch."""
    return now_ms + pool.password_policy.temporary_validity_days * _DAY_MS
