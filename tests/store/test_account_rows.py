"""Codes, attempts and password history in the store."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from poolhouse.domain.records import PasswordPolicy, User
from poolhouse.store import attempts, codes, password_history
from poolhouse.store.codes import Code
from poolhouse.store.database import Database
from sample_records import POOL_ID, pool

CODE = Code(POOL_ID, "sub", "sign_up", "hash", "ann@x.test", 1000)


async def test_a_new_code_replaces_the_old_of_its_purpose(database: Database) -> None:
    other = replace(CODE, purpose="recovery")
    new = replace(CODE, code_hash="other", destination="+491", expires_ms=2000)
    for code in (CODE, other, new):
        await database.write(codes.put, code)
    assert await codes.find(database, POOL_ID, "sub", "sign_up") == new
    assert await codes.find(database, POOL_ID, "sub", "recovery") == other
    assert not await database.write(codes.consume, CODE)


async def test_a_code_is_used_once_in_parallel(database: Database) -> None:
    await database.write(codes.put, CODE)
    used = await asyncio.gather(*(database.write(codes.consume, CODE) for _ in range(20)))
    assert used.count(True) == 1


async def test_codes_go_with_their_address(database: Database) -> None:
    kept = replace(CODE, purpose="recovery", destination="+491")
    for code in (CODE, kept):
        await database.write(codes.put, code)
    await database.write(codes.void_sent_to, POOL_ID, "sub", "ann@x.test")
    assert await codes.find(database, POOL_ID, "sub", "sign_up") is None
    assert await codes.find(database, POOL_ID, "sub", "recovery") == kept


async def test_attempts_are_counted_within_a_window(database: Database) -> None:
    async def attempt(now_ms: int, kind: str = "resend", sub: str = "sub") -> bool:
        return await database.write(
            attempts.record, POOL_ID, sub, kind, limit=2, now_ms=now_ms, window_ms=100
        )

    assert [await attempt(now_ms) for now_ms in (0, 50, 99)] == [True, True, False]
    assert await attempt(99, kind="confirm")
    assert await attempt(99, sub="somebody else")
    assert [await attempt(now_ms) for now_ms in (100, 199, 199)] == [True, True, False]


async def test_parallel_attempts_are_each_counted(database: Database) -> None:
    outcomes = await asyncio.gather(
        *(
            database.write(
                attempts.record, POOL_ID, "sub", "resend", limit=7, now_ms=1, window_ms=100
            )
            for _ in range(30)
        )
    )
    assert outcomes.count(True) == 7


async def test_history_keeps_as_many_as_the_policy_asks_for(database: Database) -> None:
    def of_size(size: int) -> PasswordPolicy:
        return replace(pool().password_policy, history_size=size)

    async def remember(hashed: str, size: int) -> None:
        owner = replace(pool(), password_policy=of_size(size))
        user = User(POOL_ID, "sub", "ann", "CONFIRMED", True, 1, 1, {}, hashed)
        await database.write(password_history.remember, owner, user)

    async def latest() -> list[str]:
        return await password_history.latest(database, POOL_ID, "sub", 24)

    await remember("never", 0)
    assert await latest() == []
    for hashed in "abcde":  # all within one millisecond
        await remember(hashed, 3)
    assert await latest() == ["e", "d", "c"]
    await remember("f", 1)
    assert await latest() == ["f"]
    await remember("g", 2)
    assert await latest() == ["g", "f"]
    await database.write(password_history.forget_all, POOL_ID, "sub")
    assert await latest() == []
