"""The X.509 certificates a pool shows to SAML providers: made at first use, the same ever after.

One key signs our requests (GetSigningCertificate), another opens assertions that are encrypted for
us (``ActiveEncryptionCertificate``). Source: Amazon Cognito developer guide, "Signing SAML
requests" (self-signed, ten years).
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from poolhouse.domain.records import UserPool
from poolhouse.house import House
from poolhouse.store import saml_certificates
from poolhouse.store.saml_certificates import StoredCertificate
from poolhouse.store.sealing import Sealer

Purpose = Literal["signing", "encryption"]

VALID_DAYS = 3650


async def certificate_of(house: House, pool: UserPool, purpose: Purpose) -> StoredCertificate:
    """The pool's certificate (DER) and its sealed key."""
    found = await saml_certificates.find(house.db, pool.id, purpose)
    if found is not None:
        return found
    # A key takes some 50 ms, and as much as others let it have.
    made = await asyncio.to_thread(_make, house.sealer, pool, purpose, house.clock.now_ms())
    return await house.db.write(saml_certificates.insert, made)


def private_key(sealer: Sealer, stored: StoredCertificate) -> rsa.RSAPrivateKey:
    """Raises :class:`poolhouse.store.sealing.SealBroken`."""
    encoded = sealer.unseal(stored.sealed_private_key, _place(stored.pool_id, stored.purpose))
    key = load_der_private_key(encoded, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a SAML key is not an RSA key")
    return key


def _make(sealer: Sealer, pool: UserPool, purpose: Purpose, now_ms: int) -> StoredCertificate:
    # Six megabytes that a server without SAML never needs.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, pool.id)])
    begins = datetime.fromtimestamp(now_ms / 1000, UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=VALID_DAYS))
        .sign(key, hashes.SHA256())
    )
    encoded = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return StoredCertificate(
        pool_id=pool.id,
        purpose=purpose,
        sealed_private_key=sealer.seal(encoded, _place(pool.id, purpose)),
        certificate_der=certificate.public_bytes(Encoding.DER),
        created_ms=now_ms,
    )


def _place(pool_id: str, purpose: str) -> str:
    return f"saml {purpose} key {pool_id}"
