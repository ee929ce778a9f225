"""Codes of authenticator apps, with the secret sealed and each code good for once.

SHA-1, six digits, thirty seconds, one step to either side for clocks that differ. Source: RFC
6238; RFC 4226 section 7.2 (a code is accepted once).
"""

from __future__ import annotations

import base64
import hmac

from poolhouse.house import House

STEP_SECONDS = 30
_DRIFT_STEPS = 1
_SECRET_BYTES = 32


def new_secret(house: House) -> str:
    """A base32 secret, as an app takes it: 52 characters."""
    raw = house.ids.source.randbytes(_SECRET_BYTES)
    return base64.b32encode(raw).decode("ascii").rstrip("=")


def seal(house: House, pool_id: str, sub: str, secret: str) -> bytes:
    return house.sealer.seal(secret.encode("ascii"), _purpose(pool_id, sub))


def unseal(house: House, pool_id: str, sub: str, sealed: bytes) -> str:
    return house.sealer.unseal(sealed, _purpose(pool_id, sub)).decode("ascii")


def matching_steps(secret: str, code: str, now_ms: int) -> list[int]:
    """The time steps around now whose code this is: usually one or none. Constant time."""
    import pyotp

    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    now = now_ms // 1000 // STEP_SECONDS
    return [
        step
        for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1)
        if hmac.compare_digest(totp.generate_otp(step).encode(), code.encode())
    ]


def _purpose(pool_id: str, sub: str) -> str:
    return f"software token {pool_id} {sub}"
