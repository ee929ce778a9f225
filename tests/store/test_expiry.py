"""Expired rows go; everything else stays."""

from __future__ import annotations

import pytest

from poolhouse.store import attempts, auth_sessions, expiry, sign_in_failures, sign_ins
from poolhouse.store.auth_sessions import AuthSession
from poolhouse.store.database import Database, Transaction
from poolhouse.store.sign_ins import RefreshToken, SignIn


@pytest.fixture
def db(database: Database) -> Database:
    return database


async def _fill(transaction: Transaction, count: int, expires_ms: int) -> None:
    for number in range(count):
        name = f"{expires_ms}-{number}"
        await auth_sessions.insert(
            transaction,
            AuthSession("pool", name, "client", "sub", "SOME", {}, False, expires_ms),
        )
        await sign_ins.insert(
            transaction, SignIn("pool", name, None, "client", "sub", 1, None, expires_ms, ("a",))
        )
        await sign_ins.insert_refresh_token(
            transaction, RefreshToken("pool", name, name, expires_ms)
        )


async def test_only_expired_rows_are_deleted(db: Database) -> None:
    await db.write(_fill, 3, 1000)
    await db.write(_fill, 2, 2000)
    assert await db.write(expiry.delete_expired, 1500) == 9
    assert await db.write(expiry.delete_expired, 1500) == 0
    assert await sign_ins.find(db, "pool", "1000-0") is None
    assert await sign_ins.find(db, "pool", "2000-1") is not None
    assert await auth_sessions.find(db, "pool", "2000-1") is not None


async def test_one_round_is_bounded(db: Database) -> None:
    await db.write(_fill, expiry.BATCH_ROWS + 5, 1000)
    assert await db.write(expiry.delete_expired, 1500) == 3 * expiry.BATCH_ROWS
    assert await db.write(expiry.delete_expired, 1500) == 3 * 5


async def test_attempts_are_kept_for_a_day(db: Database) -> None:
    day_ms = 24 * 3600 * 1000

    async def attempt(transaction: Transaction, now_ms: int) -> bool:
        return await attempts.record(
            transaction, "pool", str(now_ms), "code", limit=1, now_ms=now_ms, window_ms=1000
        )

    for now_ms in (1000, 2000):
        assert await db.write(attempt, now_ms)
    assert await db.write(expiry.delete_expired, day_ms + 1500) == 1
    assert await db.write(attempt, 1000)
    assert not await db.write(attempt, 2000)


async def test_failures_are_kept_for_a_day(db: Database) -> None:
    day_ms = 24 * 3600 * 1000
    for now_ms in (1000, 2000):
        await db.write(
            sign_in_failures.record, "pool", str(now_ms), now_ms=now_ms, forget_after_ms=1000
        )
    assert await db.write(expiry.delete_expired, day_ms + 1500) == 1
    assert await sign_in_failures.find(db, "pool", "1000") == (0, 0)
    assert await sign_in_failures.find(db, "pool", "2000") == (1, 2000)
