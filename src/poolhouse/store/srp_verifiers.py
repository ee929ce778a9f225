"""SRP verifiers, sealed: one per user, replaced with the password it belongs to."""

from __future__ import annotations

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import auth_sessions, srp_verifiers
from poolhouse.store.statements import delete_by, insert_if_absent, insert_or_update, select_by

_FIND = select_by(srp_verifiers, "pool_id", "sub")
_PUT = insert_or_update(srp_verifiers)
_FORGET = delete_by(srp_verifiers, "pool_id", "sub")
_SPEND = insert_if_absent(auth_sessions)


async def find(reader: Reader, pool_id: str, sub: str) -> bytes | None:
    row = await reader.one(_FIND, pool_id=pool_id, sub=sub)
    return None if row is None else bytes(row[2])


async def put(
    transaction: Transaction, pool_id: str, sub: str, sealed_verifier: bytes | None
) -> None:
    """Keep a new password's verifier in place of the old; None keeps none."""
    if sealed_verifier is None:
        await forget(transaction, pool_id, sub)
    else:
        await transaction.run(_PUT, pool_id=pool_id, sub=sub, sealed_verifier=sealed_verifier)


async def forget(transaction: Transaction, pool_id: str, sub: str) -> None:
    await transaction.run(_FORGET, pool_id=pool_id, sub=sub)


async def spend_block(
    transaction: Transaction,
    pool_id: str,
    block_hash: str,
    *,
    client_id: str,
    sub: str,
    challenge: str,
    expires_ms: int,
) -> bool:
    """Note that a secret block was used. True for exactly one caller.

    A block needs no row before it is used: it carries its state itself. Its note is an auth
    session that was spent from the start, and is cleared away as such.
    """
    noted = await transaction.run(
        _SPEND,
        pool_id=pool_id,
        session_hash=block_hash,
        client_id=client_id,
        sub=sub,
        challenge=challenge,
        document="{}",
        used=1,
        expires_ms=expires_ms,
        failures=None,
    )
    return noted == 1
