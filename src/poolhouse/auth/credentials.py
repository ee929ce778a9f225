"""What is kept of a password: its slow hash, and its SRP verifier. Every new password comes here.

``docs/decisions/0005-srp.md`` says who keeps a verifier, and why it is sealed.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from poolhouse.auth import srp_arithmetic
from poolhouse.domain import srp
from poolhouse.house import House
from poolhouse.store.sealing import SealBroken


class Credentials(NamedTuple):
    """``sealed_verifier`` is None where the settings keep none; store both, or neither."""

    password_hash: str
    sealed_verifier: bytes | None


class Verifier(NamedTuple):
    """Salt and v of a password, as numbers."""

    salt: int
    value: int


async def derive(house: House, pool_id: str, sub: str, username: str, password: str) -> Credentials:
    """Hash a password in both ways. ``username`` is the internal one, fixed for life."""
    password_hash = await house.passwords.hash(password)
    if not house.settings.srp_verifiers:
        return Credentials(password_hash, None)
    # The salt is hashed as a number, which has no leading zeros: none are drawn.
    salt = 1 << (8 * srp.SALT_BYTES - 1) | house.ids.source.getrandbits(8 * srp.SALT_BYTES - 1)
    exponent = srp.password_exponent(salt, srp.pool_scope(pool_id), username, password)
    value = await srp_arithmetic.verifier(exponent)
    plain = salt.to_bytes(srp.SALT_BYTES, "big") + value.to_bytes(srp.SIZE_BYTES, "big")
    sealed = house.sealer.seal(plain, _purpose(pool_id, sub, password_hash))
    return Credentials(password_hash, sealed)


def open_verifier(
    house: House, pool_id: str, sub: str, password_hash: str | None, sealed: bytes | None
) -> Verifier | None:
    """The verifier of the user's present password; None when there is none for it."""
    if password_hash is None or sealed is None:
        return None
    try:
        plain = house.sealer.unseal(sealed, _purpose(pool_id, sub, password_hash))
    except SealBroken:
        return None
    return Verifier(
        int.from_bytes(plain[: srp.SALT_BYTES], "big"),
        int.from_bytes(plain[srp.SALT_BYTES :], "big"),
    )


def _purpose(pool_id: str, sub: str, password_hash: str) -> str:
    """Bound to the slow hash: the verifier of a password that was replaced opens nothing."""
    return f"srp {pool_id} {sub} {hashlib.sha256(password_hash.encode()).hexdigest()}"
