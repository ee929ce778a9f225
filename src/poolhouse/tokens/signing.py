"""Signing: claims to a compact JWS, behind one door so that signatures can be made elsewhere.

The header segment never changes for a key, so a token is two encodings and one signature.
Source: RFC 7515 section 3.1 (compact serialization), RFC 7518 section 3.3 (RS256).
"""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections import deque
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
_MOST_IN_A_ROW = 16


class Signer(Protocol):
    """Makes RS256 signatures; awaitable, so that waiting ones can be made together."""

    name: str
    """``openssl`` or ``multibuffer``: what signs now."""

    def sign(self, key: SigningKey, message: bytes) -> Awaitable[bytes]:
        """Asked for at once, made at the latest when it is awaited."""
        ...


class LoopSigner:
    """OpenSSL on the event loop: less than half a millisecond, and no thread to hop to and from.

    What waits when the loop comes round is signed in one go, so that answers leave together: a
    client is woken for several, and the cores keep to one kind of work. Not without bound, for
    whoever else waits for the loop.
    """

    name = "openssl"

    def __init__(self) -> None:
        self._waiting: deque[tuple[SigningKey, bytes, asyncio.Future[bytes]]] = deque()

    def sign(self, key: SigningKey, message: bytes) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting.append((key, message, future))
        if len(self._waiting) == 1:
            loop.call_soon(self._sign_waiting)
        return future

    def _sign_waiting(self) -> None:
        for _ in range(min(len(self._waiting), _MOST_IN_A_ROW)):
            key, message, future = self._waiting.popleft()
            if not future.done():  # its caller is still there
                _sign_for(future, key, message)
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._sign_waiting)


def _sign_for(future: asyncio.Future[bytes], key: SigningKey, message: bytes) -> None:
    try:
        future.set_result(key.private_key.sign(message, _PADDING, _SHA256))
    except Exception as error:
        future.set_exception(error)


def choose(setting: str, under_way: Callable[[], int] = lambda: 0) -> Signer:
    """The signer of a server process; ``setting`` is auto, openssl or multibuffer. ``under_way`` is
    how many requests are being answered.

    Where the latter was asked for and cannot be, OpenSSL signs and the log says why.
    """
    if setting == "openssl":
        return LoopSigner()
    from poolhouse.tokens.batch_signing import BatchSigner
    from poolhouse.tokens.multibuffer import MultiBuffer, Unavailable

    try:
        return BatchSigner(MultiBuffer(), under_way=under_way)
    except Unavailable as error:
        if setting == "multibuffer":
            log.warning("multi-buffer RSA is not available; OpenSSL signs", reason=str(error))
        return LoopSigner()


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
