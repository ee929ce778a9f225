"""SRP verifiers, sealed: one per user, replaced with the password it belongs to."""

from __future__ import annotations

from sqlalchemy import bindparam
from sqlalchemy.dialects.sqlite import insert as insert_or_update

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import auth_sessions, srp_verifiers
from poolhouse.store.statements import Statement, delete_by, insert_if_absent, select_by

_FIND = select_by(srp_verifiers, "pool_id", "sub")
_INSERT = insert_or_update(srp_verifiers).values(
    {name: bindparam(name) for name in ("pool_id", "sub", "sealed_verifier")}
)
_PUT = Statement(
    _INSERT.on_conflict_do_update(
        index_elements=["pool_id", "sub"],
        set_={"sealed_verifier": _INSERT.excluded.sealed_verifier},
    )
)
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
    )
    return noted == 1
