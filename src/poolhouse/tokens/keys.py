"""The only reader of private keys: makes them, opens them once per process, publishes the JWKS.

Making an RSA-2048 pair takes about 50 ms, so a few spares are made ahead in a thread and
CreateUserPool stays quick. Source: RFC 7517; Amazon Cognito developer guide, "Verifying JSON web
tokens" (two keys per pool, 44-character kid).
"""

from __future__ import annotations

import asyncio
import base64
import json
import queue
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Literal

import orjson
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)
from joserfc.jwk import RSAKey

from poolhouse.errors import ResourceNotFoundException
from poolhouse.ids import Ids
from poolhouse.store import keys as stored_keys
from poolhouse.store.database import Reader, Transaction
from poolhouse.store.keys import StoredKey
from poolhouse.store.sealing import Sealer

TokenUse = Literal["id", "access"]

_SPARES = 4


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An opened key. ``header_segment`` is the encoded JOSE header that every token starts with."""

    kid: str
    private_key: rsa.RSAPrivateKey
    header_segment: bytes


@dataclass(frozen=True, slots=True)
class PoolKeys:
    """The keys of one pool: what signs now, everything that verifies, and the document."""

    signing: dict[TokenUse, SigningKey]
    verifying: dict[str, RSAKey]
    jwks: bytes


class KeyRing:
    """The keys of every pool this process has served; opened at first use and kept."""

    def __init__(self, sealer: Sealer, ids: Ids) -> None:
        self._sealer = sealer
        self._ids = ids
        self._opened: dict[str, PoolKeys] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="keys")
        self._spares: queue.SimpleQueue[rsa.RSAPrivateKey] = queue.SimpleQueue()

    async def of_pool(self, reader: Reader, pool_id: str) -> PoolKeys:
        """Raises :class:`ResourceNotFoundException` when there is no such pool."""
        opened = self._opened.get(pool_id)
        if opened is None:
            rows = await stored_keys.of_pool(reader, pool_id)
            if not rows:
                raise ResourceNotFoundException(f"User pool {pool_id} does not exist.")
            opened = self._opened[pool_id] = self._open(rows)
        return opened

    def forget(self, pool_id: str) -> None:
        """After a pool was deleted."""
        self._opened.pop(pool_id, None)

    async def make_pair(self, pool_id: str, now_ms: int) -> list[StoredKey]:
        """Two new sealed keys for a pool, to be inserted with :meth:`insert`."""
        loop = asyncio.get_running_loop()
        made: list[StoredKey] = []
        for use in ("id", "access"):
            try:
                key = self._spares.get_nowait()
            except queue.Empty:
                key = await loop.run_in_executor(self._thread, _generate)
            made.append(self._seal(pool_id, use, key, now_ms))
        self.make_spares()
        return made

    @staticmethod
    async def insert(transaction: Transaction, keys: list[StoredKey]) -> None:
        for key in keys:
            await stored_keys.insert(transaction, key)

    def make_spares(self) -> None:
        """Fill the store of ready keys in the background."""
        for _ in range(_SPARES - self._spares.qsize()):
            self._thread.submit(lambda: self._spares.put(_generate()))

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _seal(self, pool_id: str, use: str, key: rsa.RSAPrivateKey, now_ms: int) -> StoredKey:
        kid = base64.b64encode(self._ids.source.randbytes(32)).decode("ascii")
        encoded = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        public = RSAKey.import_key(key.public_key()).as_dict(private=False)
        jwk = {**public, "kid": kid, "alg": "RS256", "use": "sig"}
        return StoredKey(
            pool_id=pool_id,
            kid=kid,
            token_use=use,
            sealed_private_key=self._sealer.seal(encoded, stored_keys.purpose(pool_id, kid)),
            public_jwk=json.dumps(jwk, sort_keys=True),
            created_ms=now_ms,
            retired_ms=None,
        )

    def _open(self, rows: list[StoredKey]) -> PoolKeys:
        signing: dict[TokenUse, SigningKey] = {}
        verifying: dict[str, RSAKey] = {}
        for row in sorted(rows, key=lambda each: each.created_ms):
            purpose = stored_keys.purpose(row.pool_id, row.kid)
            encoded = self._sealer.unseal(row.sealed_private_key, purpose)
            private_key = load_der_private_key(encoded, password=None)
            if not isinstance(private_key, rsa.RSAPrivateKey):
                raise TypeError("a signing key is not an RSA key")
            verifying[row.kid] = RSAKey.import_key(private_key.public_key())
            if row.retired_ms is None:
                use: TokenUse = "id" if row.token_use == "id" else "access"
                signing[use] = SigningKey(row.kid, private_key, _header_segment(row.kid))
        documents = [json.loads(row.public_jwk) for row in rows]
        return PoolKeys(signing, verifying, orjson.dumps({"keys": documents}))


def _generate() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _header_segment(kid: str) -> bytes:
    header = orjson.dumps({"kid": kid, "alg": "RS256"})
    return base64.urlsafe_b64encode(header).rstrip(b"=")
