"""SRP-6a as user pool clients speak it: the group, the hashes and the proof. Pure.

The powers of the protocol are computed elsewhere (:mod:`poolhouse.auth.srp_arithmetic`), in
constant time. Source: RFC 5054 and RFC 2945 for the protocol; RFC 3526 section 5 for the group;
what differs (padding, the derived key, the signed message) is as clients of the service compute it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import Final

from poolhouse.errors import InvalidParameterException

N: Final = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A0879"
    "8E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B"
    "0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA4836"
    "1C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804"
    "F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6"
    "955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64"
    "ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D226"
    "1AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E2"
    "08E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
"""The 3072-bit prime."""
G: Final = 2
SIZE_BYTES: Final = 384
SALT_BYTES: Final = 16

_INFO: Final = b"Caldera Derived Key\x01"
_KEY_BYTES: Final = 16
_PUBLIC_VALUE: Final = re.compile(r"[0-9A-Fa-f]{1,770}")


def pad(number: int) -> bytes:
    """Big-endian bytes of a number as a signed integer: a zero byte before a set top bit."""
    return number.to_bytes(number.bit_length() // 8 + 1, "big") if number else b"\0"


def _number(data: bytes) -> int:
    return int.from_bytes(hashlib.sha256(data).digest(), "big")


K: Final = _number(pad(N) + pad(G))


def password_exponent(salt: int, scope: str, name: str, password: str) -> int:
    """The private exponent x. ``scope`` is the pool's name in its id, or a device's group key."""
    inner = hashlib.sha256(f"{scope}{name}:{password}".encode()).digest()
    return _number(pad(salt) + inner)


def public_value(text: str) -> int:
    """A client's ``SRP_A``. Raises :class:`InvalidParameterException`.

    A multiple of N would make the shared secret zero whatever the password is, so it is refused;
    no honest client sends a number that is not below N.
    """
    value = int(text, 16) if _PUBLIC_VALUE.fullmatch(text) else 0
    if not 0 < value < N:
        raise InvalidParameterException("SRP_A is not a valid public value.")
    return value


def server_value(verifier: int, power_of_g: int) -> int:
    """B, from the verifier and g to the power of the server's secret."""
    return (K * verifier + power_of_g) % N


def scrambler(client_value: int, server_value: int) -> int:
    """u, which ties both public values together. Zero must end the exchange."""
    return _number(pad(client_value) + pad(server_value))


def session_key(shared_secret: int, scrambler: int) -> bytes:
    """The 16 bytes both sides sign with."""
    extracted = hmac.digest(pad(scrambler), pad(shared_secret), "sha256")
    return hmac.digest(extracted, _INFO, "sha256")[:_KEY_BYTES]


def claim(key: bytes, scope: str, name: str, secret_block: bytes, timestamp: str) -> bytes:
    """``PASSWORD_CLAIM_SIGNATURE``; ``timestamp`` is the client's text, verbatim."""
    message = (scope + name).encode() + secret_block + timestamp.encode()
    return hmac.digest(key, message, "sha256")


def pool_scope(pool_id: str) -> str:
    """The part of a pool's id that passwords are bound to."""
    return pool_id.partition("_")[2]
