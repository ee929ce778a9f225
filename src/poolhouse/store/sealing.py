"""Secrets at rest: sealed with AES-256-GCM under the master key, never stored in the clear."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC

_MARKER = b"\x01"  # AES-256-GCM, 12-byte nonce; another algorithm takes another number
_SHORTEST = 1 + 12 + 16  # marker, nonce, and the tag of nothing


class SealBroken(ValueError):
    """Sealed data that this master key did not seal, or that was changed, or moved elsewhere."""


class Sealer:
    """Seals small secrets. ``purpose`` binds a sealed value to its place: it opens nowhere else."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != 32:
            raise ValueError("the master key must be 32 bytes, base64-encoded")
        self._cipher = AESGCM(master_key)
        self._derivation_key = hmac.digest(master_key, b"poolhouse derived keys", "sha256")
        hash_key = hmac.digest(master_key, b"poolhouse keyed hash", "sha256")
        # Keyed once and copied: several of these are made for every token that a function
        # changes, and ``hmac.digest`` keys anew and lets go of the interpreter's lock each time.
        self._keyed = HMAC(hash_key, SHA256())

    def seal(self, secret: bytes, purpose: str) -> bytes:
        nonce = os.urandom(12)
        return _MARKER + nonce + self._cipher.encrypt(nonce, secret, purpose.encode())

    def unseal(self, sealed: bytes, purpose: str) -> bytes:
        """Raises :class:`SealBroken`."""
        if sealed[:1] != _MARKER or len(sealed) < _SHORTEST:
            raise SealBroken("sealed with an unknown algorithm")
        try:
            return self._cipher.decrypt(sealed[1:13], sealed[13:], purpose.encode())
        except InvalidTag as error:
            raise SealBroken("the master key does not open this, or it was changed") from error

    def keyed_hash(self, value: str, purpose: str) -> str:
        """For short codes: a plain hash of six digits is found by trying them all."""
        keyed = self._keyed.copy()
        keyed.update(f"{purpose}\0{value}".encode())
        return keyed.finalize().hex()

    def derived_key(self, purpose: str) -> bytes:
        """32 bytes that only this master key gives for ``purpose``, the same each time."""
        return hmac.digest(self._derivation_key, purpose.encode(), "sha256")


def token_hash(token: str) -> str:
    """What is stored of a long random token (refresh token, auth session): its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def master_key(given: str, directory: Path) -> bytes:
    """The configured master key, or the one kept in ``directory`` (made at first use, mode 0600).

    Raises ValueError when the configured one is not base64 of 32 bytes.
    """
    if given:
        try:
            return base64.b64decode(given, validate=True)
        except binascii.Error as error:
            raise ValueError("the master key must be 32 bytes, base64-encoded") from error
    path = directory / "master.key"
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_text(encoding="ascii"))
    key = os.urandom(32)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(base64.b64encode(key).decode("ascii"))
        file.flush()
        os.fsync(file.fileno())
    return key
