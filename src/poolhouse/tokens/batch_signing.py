"""Signatures made together: what waits when the event loop comes round is signed at once.

While one batch is signed the next requests arrive, so batches fill by themselves under load, and a
single request waits for nothing: below three waiting OpenSSL is quicker, and signs.
"""

from __future__ import annotations

import asyncio
from hashlib import sha256

import structlog
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from poolhouse.tokens.keys import SigningKey
from poolhouse.tokens.multibuffer import LANES, Faulty, MultiBuffer, PreparedKey, Unavailable

log = structlog.get_logger("poolhouse.tokens")

_FEWEST = 3
_MOST_KEYS = 1024
# EMSA-PKCS1-v1_5 of a SHA-256 digest for a 2048-bit key, up to the digest: RFC 8017 section 9.2.
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_PREFIX = b"\0\1" + b"\xff" * (256 - 3 - len(_DIGEST_INFO) - 32) + b"\0" + _DIGEST_INFO
_PADDING = PKCS1v15()
_SHA256 = SHA256()

_Waiting = tuple[SigningKey, bytes, "asyncio.Future[bytes]"]


class BatchSigner:
    """A :class:`~poolhouse.tokens.signing.Signer` over :class:`MultiBuffer`.

    ``name`` is what signs now: after one faulty result the library is not asked again.
    """

    def __init__(self, library: MultiBuffer) -> None:
        self.name = "multibuffer"
        self._library = library
        self._waiting: list[_Waiting] = []
        self._prepared: dict[str, PreparedKey | None] = {}

    def sign(self, key: SigningKey, message: bytes) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._sign_waiting)
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting.append((key, message, future))
        return future

    def _sign_waiting(self) -> None:
        waiting, self._waiting = self._waiting, []
        for start in range(0, len(waiting), LANES):
            batch = waiting[start : start + LANES]
            for (_, _, future), signature in zip(batch, self._sign(batch), strict=True):
                if not future.done():  # its caller was cancelled
                    future.set_result(signature)

    def _sign(self, batch: list[_Waiting]) -> list[bytes]:
        if self.name == "multibuffer" and len(batch) >= _FEWEST:
            jobs = [
                (prepared, _PREFIX + sha256(message).digest())
                for key, message, _ in batch
                if (prepared := self._prepare(key)) is not None
            ]
            if len(jobs) == len(batch):
                try:
                    return self._library.private(jobs)
                except Faulty as error:
                    self.name = "openssl"
                    log.error(
                        "multi-buffer RSA was wrong; OpenSSL signs from now on: "
                        "nothing of it was released",
                        reason=str(error),
                    )
        return [key.private_key.sign(message, _PADDING, _SHA256) for key, message, _ in batch]

    def _prepare(self, key: SigningKey) -> PreparedKey | None:
        if key.kid not in self._prepared:
            if len(self._prepared) >= _MOST_KEYS:
                del self._prepared[next(iter(self._prepared))]
            try:
                self._prepared[key.kid] = PreparedKey(key.private_key)
            except Unavailable:
                self._prepared[key.kid] = None
        return self._prepared[key.kid]
