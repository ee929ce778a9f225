"""Randomness comes in by this door: identifiers, codes and secrets from one source.

Forms follow Amazon Cognito, since clients check some of them (pool ids, device keys).
"""

from __future__ import annotations

import base64
import random
import secrets
import string
from typing import Protocol

_ALPHANUMERIC = string.ascii_letters + string.digits
_LOWER_ALPHANUMERIC = string.ascii_lowercase + string.digits


class RandomSource(Protocol):
    """What this door needs of ``random.Random``; ``secrets.SystemRandom`` outside of tests."""

    def choice(self, seq: str, /) -> str: ...
    def getrandbits(self, k: int, /) -> int: ...
    def randbytes(self, n: int, /) -> bytes: ...


class Ids:
    """Makes every identifier and secret of the house. Seed it in tests, never elsewhere."""

    def __init__(self, source: RandomSource | None = None) -> None:
        self.source: RandomSource = source if source is not None else secrets.SystemRandom()

    @classmethod
    def seeded(cls, seed: int) -> Ids:
        """Reproducible identifiers, for tests only: nothing made here is a secret."""
        return cls(random.Random(seed))  # noqa: S311 - the point is to be predictable

    def _text(self, alphabet: str, length: int) -> str:
        choice = self.source.choice
        return "".join([choice(alphabet) for _ in range(length)])

    def uuid(self) -> str:
        """A random UUID (RFC 9562, version 4): sub, jti, event_id, authorization codes."""
        # uuid.UUID and its str() take five times as long, three times on the way to a token.
        digits = self.source.randbytes(16).hex()
        variant = "89ab"[int(digits[16], 16) & 3]
        return (
            f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"
        )

    def pool_id(self, region: str) -> str:
        return f"{region}_{self._text(_ALPHANUMERIC, 9)}"

    def device_key(self, region: str) -> str:
        return f"{region}_{self.uuid()}"

    def client_id(self) -> str:
        return self._text(_LOWER_ALPHANUMERIC, 26)

    def client_secret(self) -> str:
        return self._text(_LOWER_ALPHANUMERIC, 51)

    def user_session_id(self, prefix: str) -> str:
        """``tkn`` or ``sso`` and 25 characters."""
        return prefix + self._text(_LOWER_ALPHANUMERIC, 25)

    def digits(self, length: int) -> str:
        """A numeric code, as sent in messages."""
        return self._text(string.digits, length)

    def token(self, length_bytes: int = 32) -> str:
        """An opaque base64url secret: refresh tokens, auth sessions."""
        raw = self.source.randbytes(length_bytes)
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")
