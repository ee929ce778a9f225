"""Codes sent to users: one per user and purpose, a new one voids the old. Hashes are kept."""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import codes
from poolhouse.store.statements import delete_by, insert_or_update, select_by


@dataclass(frozen=True, slots=True)
class Code:
    """``destination`` is the address or number that a use of the code proves."""

    pool_id: str
    sub: str
    purpose: str
    code_hash: str
    destination: str
    expires_ms: int


_FIND = select_by(codes, "pool_id", "sub", "purpose")
_PUT = insert_or_update(codes)
_CONSUME = delete_by(codes, "pool_id", "sub", "purpose", "code_hash")
_VOID = delete_by(codes, "pool_id", "sub", "purpose")
_VOID_SENT_TO = delete_by(codes, "pool_id", "sub", "destination")
_VOID_ALL = delete_by(codes, "pool_id", "sub")


async def find(reader: Reader, pool_id: str, sub: str, purpose: str) -> Code | None:
    row = await reader.one(_FIND, pool_id=pool_id, sub=sub, purpose=purpose)
    return None if row is None else Code(*row)


async def put(transaction: Transaction, code: Code) -> None:
    """Keep a new code in place of the old."""
    await transaction.run(
        _PUT,
        pool_id=code.pool_id,
        sub=code.sub,
        purpose=code.purpose,
        code_hash=code.code_hash,
        destination=code.destination,
        expires_ms=code.expires_ms,
    )


async def consume(transaction: Transaction, code: Code) -> bool:
    """Use a code up. True for exactly one caller."""
    used = await transaction.run(
        _CONSUME,
        pool_id=code.pool_id,
        sub=code.sub,
        purpose=code.purpose,
        code_hash=code.code_hash,
    )
    return used == 1


async def void(transaction: Transaction, pool_id: str, sub: str, purpose: str) -> None:
    await transaction.run(_VOID, pool_id=pool_id, sub=sub, purpose=purpose)


async def void_sent_to(transaction: Transaction, pool_id: str, sub: str, destination: str) -> None:
    """Whoever reads the old mailbox must not confirm anything (``code-follows-address``)."""
    await transaction.run(_VOID_SENT_TO, pool_id=pool_id, sub=sub, destination=destination)


async def void_all(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_VOID_ALL, pool_id=pool_id, sub=sub)
