"""Lock-out around a check of a user's password, whichever way it is proven.

Source: Amazon Cognito developer guide, "Lockout behavior for failed sign-in attempts".
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from poolhouse.domain import lockout, usernames
from poolhouse.domain.records import User, UserPool
from poolhouse.errors import NotAuthorizedException
from poolhouse.house import House
from poolhouse.store import sign_in_failures
from poolhouse.store.database import Reader, Transaction

LOCKED_OUT = "Password attempts exceeded"


async def guarded(house: House, user: User, check: Callable[[], Awaitable[None]]) -> None:
    """Run a check of a user's password that raises :class:`NotAuthorizedException`.

    A failure is counted, durably, before it is answered.
    """
    await _guarded(house, user.pool_id, user.sub, check)


async def guarded_unknown(
    house: House, pool: UserPool, name: str, check: Callable[[], Awaitable[None]]
) -> None:
    """The same at a name that nobody has, or shall be seen to have (``unknown-names-lock``)."""
    await _guarded(house, pool.id, _unknown(house, pool, name), check)


async def check_unknown(house: House, pool: UserPool, name: str) -> None:
    """Raises :class:`NotAuthorizedException` while a name that nobody has is locked."""
    if house.settings.lockout:
        await _check_lock(house.db, pool.id, _unknown(house, pool, name), house.clock.now_ms())


async def fail_unknown(house: House, pool: UserPool, name: str) -> None:
    """Count a wrong password at a name that nobody has. Raises as :func:`check_unknown` does."""
    if house.settings.lockout:
        subject = _unknown(house, pool, name)
        await house.db.write(_count_failure, pool.id, subject, house.clock.now_ms())


def _unknown(house: House, pool: UserPool, name: str) -> str:
    hashed = house.sealer.keyed_hash(usernames.key(pool, name), f"failures {pool.id}")
    return f"unknown {hashed}"


async def _guarded(
    house: House, pool_id: str, subject: str, check: Callable[[], Awaitable[None]]
) -> None:
    if not house.settings.lockout:
        await check()
        return
    await _check_lock(house.db, pool_id, subject, house.clock.now_ms())
    try:
        await check()
    except NotAuthorizedException:
        await house.db.write(_count_failure, pool_id, subject, house.clock.now_ms())
        raise
    # Many guesses sent at once would all pass the first look: one that comes out while the
    # others have locked the user is not answered, right or wrong.
    if await _check_lock(house.db, pool_id, subject, house.clock.now_ms()):
        await house.db.write(sign_in_failures.forget, pool_id, subject)


async def _check_lock(reader: Reader, pool_id: str, subject: str, now_ms: int) -> int:
    """The failures so far. Raises :class:`NotAuthorizedException` while they lock the user."""
    failures, last_ms = await sign_in_failures.find(reader, pool_id, subject)
    if lockout.is_locked(failures, last_ms, now_ms):
        raise NotAuthorizedException(LOCKED_OUT)
    return failures


async def _count_failure(transaction: Transaction, pool_id: str, subject: str, now_ms: int) -> None:
    await _check_lock(transaction, pool_id, subject, now_ms)
    await sign_in_failures.record(
        transaction,
        pool_id,
        subject,
        now_ms=now_ms,
        forget_after_ms=lockout.FORGET_AFTER_SECONDS * 1000,
    )
