"""The SAML signing certificate over boto3."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from poolhouse.store import pools, saml_certificates
from poolhouse.tokens import certificates
from refusals import refused
from server import Server


def test_one_certificate_per_pool_for_ten_years(
    server: Server, idp: Any, pool_id: str, fresh_pool_id: str
) -> None:
    shown = idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"]
    assert idp.get_signing_certificate(UserPoolId=pool_id)["Certificate"] == shown
    assert idp.get_signing_certificate(UserPoolId=fresh_pool_id)["Certificate"] != shown
    certificate = x509.load_der_x509_certificate(base64.b64decode(shown))
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    assert life == timedelta(days=3650)
    certificate.verify_directly_issued_by(certificate)

    async def key() -> rsa.RSAPrivateKey:
        stored = await saml_certificates.find(server.house.db, pool_id, "signing")
        assert stored is not None
        return certificates.private_key(server.house.sealer, stored)

    private = asyncio.run_coroutine_threadsafe(key(), server.loop).result(5)
    assert private.public_key() == certificate.public_key()


def test_rivals_get_the_same_certificate(server: Server, fresh_pool_id: str) -> None:
    async def both() -> list[bytes]:
        house = server.house
        pool = await pools.get(house.db, fresh_pool_id)
        made = await asyncio.gather(
            *(certificates.certificate_of(house, pool, "encryption") for _ in range(3))
        )
        return [each.certificate_der for each in made]

    shown = asyncio.run_coroutine_threadsafe(both(), server.loop).result(30)
    assert len(set(shown)) == 1


def test_an_unknown_pool_has_none(idp: Any) -> None:
    unknown = "us-east-1_000000000"
    with refused("ResourceNotFoundException", f"User pool {unknown} does not exist."):
        idp.get_signing_certificate(UserPoolId=unknown)
