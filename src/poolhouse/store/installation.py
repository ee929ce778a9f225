"""What holds for a whole database, and the check that a server has the right master key."""

from __future__ import annotations

from sqlalchemy import bindparam, select, update

from poolhouse.store import keys
from poolhouse.store.database import Database, Reader, Transaction, read_committed
from poolhouse.store.schema import installation, signing_keys
from poolhouse.store.sealing import SealBroken, Sealer
from poolhouse.store.statements import Statement, insert_if_absent, select_by

_GET = select_by(installation, "name")
_INSERT = insert_if_absent(installation)
_ANY_KEY = Statement(select(signing_keys).limit(1))

_TOUCH = Statement(
    update(installation)
    .where(installation.c.name == bindparam("key_name"))
    .values(value=installation.c.value)
)

_CHECK = "master_key_check"


class WrongMasterKey(RuntimeError):
    """What is sealed in the database was sealed by another master key."""


async def check_master_key(db: Database, sealer: Sealer) -> None:
    """Raises :class:`WrongMasterKey` unless this sealer opens what the database holds.

    A database that was never checked remembers the key from now on.
    """
    known = await _value(db, _CHECK)
    if known is None:
        await _check_signing_key(db, sealer)
        await db.write(_keep, _CHECK, sealer.seal(b"", _CHECK).hex())
        known = await _value(db, _CHECK)
    try:
        sealer.unseal(bytes.fromhex(known or ""), _CHECK)
    except SealBroken as error:
        raise _wrong() from error


async def probe(db: Database) -> None:
    """Write a row as it is. Raises :class:`DatabaseUnavailable` where that is not possible."""
    await db.write(_touch)


@read_committed
async def _touch(transaction: Transaction) -> None:
    # Right however it interleaves: nobody changes the row to anything else.
    await transaction.run(_TOUCH, key_name=_CHECK)


async def _check_signing_key(reader: Reader, sealer: Sealer) -> None:
    """A wrong key must not become the right one because it came first."""
    row = await reader.one(_ANY_KEY)
    if row is None:
        return
    key = keys.StoredKey(*row)
    try:
        sealer.unseal(key.sealed_private_key, keys.purpose(key.pool_id, key.kid))
    except SealBroken as error:
        raise _wrong() from error


async def _value(reader: Reader, name: str) -> str | None:
    row = await reader.one(_GET, name=name)
    return None if row is None else str(row[1])


async def _keep(transaction: Transaction, name: str, value: str) -> None:
    await transaction.run(_INSERT, name=name, value=value)


def _wrong() -> WrongMasterKey:
    return WrongMasterKey(
        "the master key is not the one that this database was sealed with: set master_key to the "
        "key of the servers that used it before"
    )
