"""Authenticator apps: one verified secret per user, and one that waits for its first code."""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import software_tokens
from poolhouse.store.statements import delete_by, insert_or_update, select_by


@dataclass(frozen=True, slots=True)
class SoftwareToken:
    """``sealed_secret`` is None until a code has verified it. ``last_step`` counts 30 seconds."""

    pool_id: str
    sub: str
    sealed_secret: bytes | None = None
    sealed_pending: bytes | None = None
    friendly_name: str = ""
    last_step: int = 0


_FIND = select_by(software_tokens, "pool_id", "sub")
_PUT = insert_or_update(software_tokens)
_DELETE = delete_by(software_tokens, "pool_id", "sub")


async def find(reader: Reader, pool_id: str, sub: str) -> SoftwareToken | None:
    row = await reader.one(_FIND, pool_id=pool_id, sub=sub)
    return None if row is None else SoftwareToken(*row)


async def is_verified(reader: Reader, pool_id: str, sub: str) -> bool:
    """Whether the user has an app that has proven itself with a code."""
    token = await find(reader, pool_id, sub)
    return token is not None and token.sealed_secret is not None


async def put(transaction: Transaction, token: SoftwareToken) -> None:
    await transaction.run(
        _PUT,
        pool_id=token.pool_id,
        sub=token.sub,
        sealed_secret=token.sealed_secret,
        sealed_pending=token.sealed_pending,
        friendly_name=token.friendly_name,
        last_step=token.last_step,
    )


async def delete(transaction: Transaction, pool_id: str, sub: str) -> bool:
    """True if there was one."""
    return await transaction.run(_DELETE, pool_id=pool_id, sub=sub) == 1
