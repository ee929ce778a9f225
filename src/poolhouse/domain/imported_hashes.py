"""Password hashes that another system made: which forms are understood, and how costly they may be.

Forms are those of the libraries that make them: bcrypt's own, and the PHC string format for the
rest (passlib's spelling of it included). A hash that would take seconds, or gigabytes, to check is
refused: everybody who knows a username could make the server compute it.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from typing import Final, Literal

Algorithm = Literal["BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256"]

# ``hash-forms``
_BCRYPT = re.compile(r"\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}")
_SCRYPT = re.compile(r"\$scrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=(\d{1,3})\$([^$]+)\$([^$]+)")
_ARGON2ID = re.compile(
    r"\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
)
_PBKDF2 = re.compile(r"\$pbkdf2-sha256\$(?:i=)?(\d{1,8})(?:,l=\d+)?\$([^$]+)\$([^$]+)")

_MOST_BCRYPT_COST: Final = 14
_MOST_MEMORY_KIB: Final = 262_144
_MOST_PASSES: Final = 16
_MOST_ITERATIONS: Final = 5_000_000
_SHORTEST_HASH_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Scrypt:
    n: int
    r: int
    p: int
    salt: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Pbkdf2:
    iterations: int
    salt: bytes
    digest: bytes


def is_acceptable(algorithm: Algorithm, text: str) -> bool:
    """Whether ``text`` is a hash of that algorithm, with parameters that can be afforded."""
    if algorithm == "BCRYPT":
        return is_bcrypt(text)
    if algorithm == "ARGON2ID":
        found = _ARGON2ID.fullmatch(text)
        if found is None:
            return False
        memory, passes, lanes = (int(each) for each in found.groups())
        return memory <= _MOST_MEMORY_KIB and passes <= _MOST_PASSES and 0 < lanes <= _MOST_PASSES
    return (scrypt(text) if algorithm == "SCRYPT" else pbkdf2(text)) is not None


def is_bcrypt(text: str) -> bool:
    found = _BCRYPT.fullmatch(text)
    return found is not None and 4 <= int(found[1]) <= _MOST_BCRYPT_COST


def scrypt(text: str) -> Scrypt | None:
    """RFC 7914's parameters; N is 2 to the power of ``ln``."""
    found = _SCRYPT.fullmatch(text)
    if found is None:
        return None
    log, r, p = (int(each) for each in found.groups()[:3])
    decoded = _decoded(found[4], found[5])
    if decoded is None or not (log > 0 and r > 0 and 0 < p <= _MOST_PASSES):
        return None
    if 128 * r * 2**log > _MOST_MEMORY_KIB * 1024:
        return None
    return Scrypt(2**log, r, p, *decoded)


def pbkdf2(text: str) -> Pbkdf2 | None:
    """RFC 8018's parameters, with HMAC-SHA256."""
    found = _PBKDF2.fullmatch(text)
    if found is None:
        return None
    decoded = _decoded(found[2], found[3])
    if decoded is None or not 0 < int(found[1]) <= _MOST_ITERATIONS:
        return None
    return Pbkdf2(int(found[1]), *decoded)


def _decoded(salt: str, digest: str) -> tuple[bytes, bytes] | None:
    try:
        parts = _base64(salt), _base64(digest)
    except ValueError:
        return None
    return parts if len(parts[1]) >= _SHORTEST_HASH_BYTES else None


def _base64(text: str) -> bytes:
    """Without padding; passlib writes a full stop for the plus sign."""
    standard = text.replace(".", "+")
    return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
