"""Signing: claims to a compact JWS, behind one door so that signatures can be made elsewhere.

The header segment never changes for a key, so a token is two encodings and one signature.
Source: RFC 7515 section 3.1 (compact serialization), RFC 7518 section 3.3 (RS256).
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping
from hashlib import sha256
from typing import Any, Protocol

import structlog
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from poolhouse.store.json_text import encode
from poolhouse.tokens.keys import SigningKey

log = structlog.get_logger("poolhouse.tokens")

_PADDING = PKCS1v15()
_SHA256 = SHA256()


class Signer(Protocol):
    """Makes RS256 signatures; awaitable, so that waiting ones can be made together."""

    name: str
    """``openssl`` or ``multibuffer``: what signs now."""

    def sign(self, key: SigningKey, message: bytes) -> Awaitable[bytes]:
        """Asked for at once, made at the latest when it is awaited."""
        ...


class InlineSigner:
    """OpenSSL on the spot: less than half a millisecond, and no thread to hop to and from."""

    name = "openssl"

    async def sign(self, key: SigningKey, message: bytes) -> bytes:
        return key.private_key.sign(message, _PADDING, _SHA256)


def choose(setting: str, under_way: Callable[[], int] = lambda: 0) -> Signer:
    """The signer of a server process; ``setting`` is auto, openssl or multibuffer. ``under_way`` is
    how many requests are being answered.

    Where the latter was asked for and cannot be, OpenSSL signs and the log says why.
    """
    if setting == "openssl":
        return InlineSigner()
    from poolhouse.tokens.batch_signing import BatchSigner
    from poolhouse.tokens.multibuffer import MultiBuffer, Unavailable

    try:
        return BatchSigner(MultiBuffer(), under_way=under_way)
    except Unavailable as error:
        if setting == "multibuffer":
            log.warning("multi-buffer RSA is not available; OpenSSL signs", reason=str(error))
        return InlineSigner()


def sign_claims(signer: Signer, key: SigningKey, claims: Mapping[str, Any]) -> Awaitable[str]:
    """A signed JWT of ``claims``. Two that are asked for before either is awaited may be made
    together.
    """
    payload = urlsafe_b64encode(encode(claims)).rstrip(b"=")
    message = key.header_segment + b"." + payload
    return _compact(message, signer.sign(key, message))


async def _compact(message: bytes, signing: Awaitable[bytes]) -> str:
    signature = urlsafe_b64encode(await signing).rstrip(b"=")
    return (message + b"." + signature).decode("ascii")


def access_token_hash(access_token: str) -> str:
    """``at_hash``: the left half of the token's SHA-256. OpenID Connect Core, section 3.1.3.6."""
    digest = sha256(access_token.encode("ascii")).digest()
    return urlsafe_b64encode(digest[:16]).rstrip(b"=").decode("ascii")
