"""A pool's keys and certificates towards SAML providers, sealed at rest."""

from __future__ import annotations

from dataclasses import dataclass

from poolhouse.store.database import Reader, Transaction
from poolhouse.store.schema import saml_certificates
from poolhouse.store.statements import insert_if_absent, select_by

_FIND = select_by(saml_certificates, "pool_id", "purpose")
_INSERT = insert_if_absent(saml_certificates)


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """``purpose`` is ``signing`` (of our requests) or ``encryption`` (of assertions to us)."""

    pool_id: str
    purpose: str
    sealed_private_key: bytes
    certificate_der: bytes
    created_ms: int


async def find(reader: Reader, pool_id: str, purpose: str) -> StoredCertificate | None:
    row = await reader.one(_FIND, pool_id=pool_id, purpose=purpose)
    return None if row is None else StoredCertificate(*row)


async def insert(transaction: Transaction, stored: StoredCertificate) -> StoredCertificate:
    """Keep the pool's first certificate for a purpose; whoever comes later gets that one."""
    inserted = await transaction.run(
        _INSERT,
        pool_id=stored.pool_id,
        purpose=stored.purpose,
        sealed_private_key=stored.sealed_private_key,
        certificate=stored.certificate_der,
        created_ms=stored.created_ms,
    )
    if inserted:
        return stored
    return await find(transaction, stored.pool_id, stored.purpose) or stored
