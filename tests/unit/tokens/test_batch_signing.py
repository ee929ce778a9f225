"""Signatures made together equal those made one by one, and a wrong one reaches nobody."""

from __future__ import annotations

import asyncio
import ctypes
from collections.abc import Sequence
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from structlog.testing import capture_logs

from poolhouse.tokens import multibuffer, signing
from poolhouse.tokens.batch_signing import BatchSigner
from poolhouse.tokens.keys import SigningKey
from poolhouse.tokens.multibuffer import Faulty, MultiBuffer, PreparedKey, Unavailable

KEYS = [rsa.generate_private_key(65537, 2048) for _ in range(3)]


def signing_key(number: int) -> SigningKey:
    return SigningKey(f"key-{number}", KEYS[number % 3], b"header")


def by_openssl(number: int, message: bytes) -> bytes:
    return KEYS[number % 3].sign(message, PKCS1v15(), SHA256())


class Arithmetic:
    """What the library computes, without it: so that batching is tested on every machine."""

    def __init__(self) -> None:
        self.batches: list[int] = []

    def private(self, jobs: Sequence[tuple[PreparedKey, bytes]]) -> list[bytes]:
        self.batches.append(len(jobs))
        return [_power(key, message) for key, message in jobs]


def _power(key: PreparedKey, message: bytes) -> bytes:
    modulus = int.from_bytes(key.modulus.raw, "little")
    numbers = next(
        each.private_numbers()
        for each in KEYS
        if each.private_numbers().public_numbers.n == modulus
    )
    return pow(int.from_bytes(message, "big"), numbers.d, modulus).to_bytes(256, "big")


def batching(library: Arithmetic, under_way: int = 0) -> BatchSigner:
    """A signer for which both ways take no time, so that three and more are a batch."""
    standing_in: Any = library
    return BatchSigner(standing_in, under_way=lambda: under_way, timer=lambda: 0.0)


@pytest.fixture
def library() -> MultiBuffer:
    try:
        return MultiBuffer()
    except Unavailable as error:
        pytest.skip(str(error))


async def signed(signer: Any, count: int) -> list[bytes]:
    messages = [f"message {number}".encode() for number in range(count)]
    waiting = [signer.sign(signing_key(number), each) for number, each in enumerate(messages)]
    signatures = await asyncio.gather(*waiting)
    for number, (message, signature) in enumerate(zip(messages, signatures, strict=True)):
        assert signature == by_openssl(number, message)
    return signatures


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 17, 40])
async def test_waiting_signatures_are_made_together(count: int) -> None:
    library = Arithmetic()
    await signed(batching(library), count)
    eights, rest = divmod(count, 8)
    assert library.batches == [8] * eights + ([rest] if rest >= 3 else [])


async def test_empty_lanes_wait_a_moment_for_requests_under_way() -> None:
    library = Arithmetic()
    signer = batching(library, under_way=20)
    first = asyncio.ensure_future(signed(signer, 5))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert library.batches == []  # there are others, whose signatures may come
    await asyncio.gather(first, signed(signer, 5))
    assert library.batches == [8]  # and two by OpenSSL: nobody else came
    library.batches.clear()
    await signed(signer, 3)
    assert library.batches == [3]  # nor waits anybody for ever


async def test_a_lone_request_waits_for_nobody() -> None:
    signer = batching(Arithmetic(), under_way=1)
    waiting = [signer.sign(signing_key(0), b"access"), signer.sign(signing_key(0), b"id")]
    await asyncio.sleep(0)
    assert all(each.done() for each in waiting)


async def test_openssl_signs_while_it_is_quicker() -> None:
    class Slow(Arithmetic):
        def private(self, jobs: Sequence[tuple[PreparedKey, bytes]]) -> list[bytes]:
            now[0] += 0.9
            return super().private(jobs)

    now = [0.0]

    def timer() -> float:
        now[0] += 0.1  # between two looks at it, which is what OpenSSL takes
        return now[0]

    library: Any = Slow()
    signer = BatchSigner(library, timer=timer)
    await signed(signer, 3)  # not known yet: a batch, of 1.0
    await signed(signer, 1)  # 0.1 for one: ten of them are as quick as a batch
    library.batches.clear()
    await signed(signer, 7)
    assert library.batches == []
    await signed(signer, 8)  # never more than that: a full batch is what all this is for
    assert library.batches == [8]


async def test_a_caller_who_left_spoils_nothing() -> None:
    signer = batching(Arithmetic())
    first, *others = [signer.sign(signing_key(number), b"text") for number in range(4)]
    first.cancel()
    assert await asyncio.gather(*others) == [by_openssl(number, b"text") for number in (1, 2, 3)]


async def test_a_key_of_another_size_is_signed_with_by_openssl() -> None:
    large = rsa.generate_private_key(65537, 3072)
    library = Arithmetic()
    signer = batching(library)
    signatures = [signer.sign(SigningKey("large", large, b""), b"text") for _ in range(3)]
    expected = large.sign(b"text", PKCS1v15(), SHA256())
    assert await asyncio.gather(*signatures) == [expected] * 3
    assert library.batches == []


@pytest.mark.parametrize("count", range(1, 9))
def test_the_library_signs_what_openssl_signs(library: MultiBuffer, count: int) -> None:
    asyncio.run(signed(BatchSigner(library), 3 * count))


async def test_a_faulty_signature_is_not_released(library: MultiBuffer) -> None:
    """One bit of one lane flips: all of the batch is signed anew, and by OpenSSL from then on."""
    functions: Any = library._library
    right = functions.mbx_rsa_private_crt_mb8

    def wrong(*arguments: Any) -> int:
        status: int = right(*arguments)
        ctypes.cast(arguments[1][5], ctypes.POINTER(ctypes.c_ubyte))[200] ^= 1
        return status

    functions.mbx_rsa_private_crt_mb8 = wrong
    try:
        signer = BatchSigner(library)
        with capture_logs() as logs:
            await signed(signer, 8)
    finally:
        functions.mbx_rsa_private_crt_mb8 = right
    assert signer.name == "openssl"
    assert [each["log_level"] for each in logs] == ["error"]
    await signed(signer, 8)


def test_a_faulty_result_is_refused(library: MultiBuffer) -> None:
    key = PreparedKey(KEYS[0])
    key.d_p[3] = bytes([key.d_p[3][0] ^ 4])  # what a fault in one half of the CRT amounts to
    with pytest.raises(Faulty):
        library.private([(key, b"\0\1" + b"\xff" * 254)])


def test_without_the_processor_openssl_signs_and_the_log_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(multibuffer, "_has_ifma", lambda: False)
    with capture_logs() as logs:
        assert signing.choose("auto").name == "openssl"
        assert logs == []
        assert signing.choose("multibuffer").name == "openssl"
    assert [each["reason"] for each in logs] == ["the processor has no AVX-512 IFMA"]


def test_without_the_library_openssl_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_: str, name: str) -> None:
        raise OSError(f"no {name}")

    monkeypatch.setattr(multibuffer, "_has_ifma", lambda: True)
    monkeypatch.setattr(multibuffer, "_file", missing)
    with capture_logs() as logs:
        assert signing.choose("multibuffer").name == "openssl"
    assert len(logs) == 1
