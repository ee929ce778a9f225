"""Signing keys: two per pool, one for ID tokens and one for access tokens, sealed at rest."""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import signing_keys
from poolhouse.store.statements import insert_into, select_by

_BY_POOL = select_by(signing_keys, "pool_id")
_INSERT = insert_into(signing_keys)


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key pair. ``public_jwk`` is JSON text; ``retired_ms`` is set once it signs no more."""

    pool_id: str
    kid: str
    token_use: str
    sealed_private_key: bytes
    public_jwk: str
    created_ms: int
    retired_ms: int | None


def purpose(pool_id: str, kid: str) -> str:
    """What a private key is sealed for: it opens in no other place."""
    return f"signing key {pool_id} {kid}"


async def of_pool(reader: Reader, pool_id: str) -> list[StoredKey]:
    return [StoredKey(*row) for row in await reader.all(_BY_POOL, pool_id=pool_id)]


async def insert(transaction: Transaction, key: StoredKey) -> None:
    await transaction.run(
        _INSERT,
        pool_id=key.pool_id,
        kid=key.kid,
        token_use=key.token_use,
        sealed_private_key=key.sealed_private_key,
        public_jwk=key.public_jwk,
        created_ms=key.created_ms,
        retired_ms=key.retired_ms,
    )
