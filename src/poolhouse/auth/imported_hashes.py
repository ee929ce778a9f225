"""Checking a password against a hash that came with its user from elsewhere.

Slow on purpose: call it in a thread. At the first good sign-in the hash is replaced with one of
our own (:mod:`poolhouse.auth.password`).
"""

from __future__ import annotations

import hashlib
import hmac

from poolhouse.domain import imported_hashes

_BCRYPT_BYTES = 72
"""What bcrypt looks at of a password; the rest never counted, wherever the hash was made."""


def matches(stored: str, password: str) -> bool:
    """Whether ``password`` is the hashed one. False for a form that is not understood."""
    given = password.encode()
    if imported_hashes.is_bcrypt(stored):
        import bcrypt

        return bcrypt.checkpw(given[:_BCRYPT_BYTES], stored.encode())
    scrypt = imported_hashes.scrypt(stored)
    if scrypt is not None:
        digest = hashlib.scrypt(
            given,
            salt=scrypt.salt,
            n=scrypt.n,
            r=scrypt.r,
            p=scrypt.p,
            maxmem=256 * scrypt.r * (scrypt.n + scrypt.p + 2),
            dklen=len(scrypt.digest),
        )
        return hmac.compare_digest(digest, scrypt.digest)
    pbkdf2 = imported_hashes.pbkdf2(stored)
    if pbkdf2 is not None:
        digest = hashlib.pbkdf2_hmac(
            "sha256", given, pbkdf2.salt, pbkdf2.iterations, len(pbkdf2.digest)
        )
        return hmac.compare_digest(digest, pbkdf2.digest)
    return False
