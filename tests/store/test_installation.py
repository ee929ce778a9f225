"""A wrong master key is noticed at start, and never becomes the right one by coming first."""

from __future__ import annotations

import pytest

from poolhouse.store import keys
from poolhouse.store.database import Database, Transaction
from poolhouse.store.installation import WrongMasterKey, check_master_key
from poolhouse.store.keys import StoredKey
from poolhouse.store.sealing import Sealer

RIGHT, WRONG = Sealer(b"r" * 32), Sealer(b"w" * 32)


async def test_the_first_key_is_remembered(database: Database) -> None:
    await check_master_key(database, RIGHT)
    await check_master_key(database, RIGHT)
    with pytest.raises(WrongMasterKey):
        await check_master_key(database, WRONG)


async def test_what_is_sealed_already_tells_the_right_key(database: Database) -> None:
    async def insert(transaction: Transaction) -> None:
        sealed = RIGHT.seal(b"private", keys.purpose("pool", "kid"))
        await keys.insert(transaction, StoredKey("pool", "kid", "id", sealed, "{}", 1, None))

    await database.write(insert)
    with pytest.raises(WrongMasterKey):
        await check_master_key(database, WRONG)
    await check_master_key(database, RIGHT)
