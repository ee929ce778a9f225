"""Signatures made together: what waits when the event loop comes round is signed at once.

While one batch is signed the next requests arrive, so batches fill by themselves under load. Eight
signatures take as long as one: lanes that would stay empty wait a moment for other requests that
are under way, such as those whose functions are just answering. A single request waits for nothing.
Where so few wait that OpenSSL is quicker, it signs; from how many on it is not is measured here,
for that differs from one processor to the next.
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from functools import partial
from hashlib import sha256

import structlog
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from poolhouse.tokens.keys import SigningKey
from poolhouse.tokens.multibuffer import LANES, Faulty, MultiBuffer, PreparedKey, Unavailable

log = structlog.get_logger("poolhouse.tokens")

_FEWEST = 3
"""From how many on a batch is made, until both ways have been measured."""
_PATIENCE_SECONDS = 0.001
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

    def __init__(
        self,
        library: MultiBuffer,
        *,
        under_way: Callable[[], int] = lambda: 0,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        """``under_way`` is how many requests are being answered; ``timer`` counts seconds."""
        self.name = "multibuffer"
        self._library = library
        self._under_way = under_way
        self._timer = timer
        self._batch_seconds = math.inf
        self._single_seconds = math.inf
        self._waiting: list[_Waiting] = []
        self._prepared: dict[str, PreparedKey | None] = {}

    def sign(self, key: SigningKey, message: bytes) -> asyncio.Future[bytes]:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[bytes] = loop.create_future()
        self._waiting.append((key, message, future))
        if len(self._waiting) in (1, LANES):
            loop.call_soon(self._sign_waiting)
        return future

    def _sign_waiting(self, *, patient: bool = True) -> None:
        waiting, self._waiting = self._waiting, []
        rest = len(waiting) % LANES
        if patient and rest and self._under_way() > len(waiting):
            self._waiting = waiting[-rest:]
            del waiting[-rest:]
            loop = asyncio.get_running_loop()
            loop.call_later(_PATIENCE_SECONDS, partial(self._sign_waiting, patient=False))
        for start in range(0, len(waiting), LANES):
            batch = waiting[start : start + LANES]
            for (_, _, future), signature in zip(batch, self._sign(batch), strict=True):
                if not future.done():  # its caller was cancelled
                    future.set_result(signature)

    def _sign(self, batch: list[_Waiting]) -> list[bytes]:
        if self.name == "multibuffer" and len(batch) >= self._fewest():
            jobs = [
                (prepared, _PREFIX + sha256(message).digest())
                for key, message, _ in batch
                if (prepared := self._prepare(key)) is not None
            ]
            if len(jobs) == len(batch):
                begun = self._timer()
                try:
                    signatures = self._library.private(jobs)
                except Faulty as error:
                    self.name = "openssl"
                    log.error(
                        "multi-buffer RSA was wrong; OpenSSL signs from now on: "
                        "nothing of it was released",
                        reason=str(error),
                    )
                else:
                    self._batch_seconds = min(self._batch_seconds, self._timer() - begun)
                    return signatures
        begun = self._timer()
        signatures = [key.private_key.sign(message, _PADDING, _SHA256) for key, message, _ in batch]
        seconds = (self._timer() - begun) / len(batch)
        self._single_seconds = min(self._single_seconds, seconds)
        return signatures

    def _fewest(self) -> int:
        """From how many on a batch is quicker than OpenSSL; the shortest times are the truest."""
        if not 0 < self._single_seconds < math.inf or self._batch_seconds == math.inf:
            return _FEWEST
        return min(LANES, math.ceil(self._batch_seconds / self._single_seconds))

    def _prepare(self, key: SigningKey) -> PreparedKey | None:
        if key.kid not in self._prepared:
            if len(self._prepared) >= _MOST_KEYS:
                del self._prepared[next(iter(self._prepared))]
            try:
                self._prepared[key.kid] = PreparedKey(key.private_key)
            except Unavailable:
                self._prepared[key.kid] = None
        return self._prepared[key.kid]
