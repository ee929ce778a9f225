"""Intel's multi-buffer RSA: eight RSA-2048 private key operations at a time, on AVX-512 IFMA.

The optional extra ``poolhouse[multibuffer]`` brings the library (``ipp-crypto``, Apache-2.0) and
the run-time libraries it was linked with (``intel-cmplr-lib-rt``, under Intel's EULA). Bound by
``ctypes``, which lets go of the interpreter's lock meanwhile. Every result is raised to the public
exponent before anybody sees it: one signature by a CRT computation that went wrong tells the key
(Boneh, DeMillo, Lipton: "On the Importance of Checking Cryptographic Protocols for Faults").
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import rsa

LANES = 8
_BITS = 2048
_BYTES = _BITS // 8
_EXPONENT = 65537

_Lanes = ctypes.c_void_p * LANES


class Unavailable(Exception):
    """Multi-buffer RSA cannot be used here; the message says why."""


class Faulty(Exception):
    """A result was not the signature: it must reach nobody."""


class PreparedKey:
    """The numbers of an RSA-2048 key as the library wants them: little-endian, whole words."""

    __slots__ = ("d_p", "d_q", "modulus", "p", "q", "q_inverse")

    def __init__(self, key: rsa.RSAPrivateKey) -> None:
        """Raises :class:`Unavailable` for a key of another size or exponent."""
        numbers = key.private_numbers()
        public = numbers.public_numbers
        if key.key_size != _BITS or public.e != _EXPONENT:
            raise Unavailable("only RSA-2048 with exponent 65537")
        half = _BYTES // 2
        self.p = _words(numbers.p, half)
        self.q = _words(numbers.q, half)
        self.d_p = _words(numbers.dmp1, half)
        self.d_q = _words(numbers.dmq1, half)
        self.q_inverse = _words(numbers.iqmp, half)
        self.modulus = _words(public.n, _BYTES)


class MultiBuffer:
    """The loaded library. Not for several threads at once: its buffers are its own."""

    def __init__(self) -> None:
        """Raises :class:`Unavailable`."""
        self._library = library = _load()
        library.mbx_RSA2K_private_crt_Method.restype = ctypes.c_void_p
        library.mbx_RSA2K_pub65537_Method.restype = ctypes.c_void_p
        self._private_method = ctypes.c_void_p(library.mbx_RSA2K_private_crt_Method())
        self._public_method = ctypes.c_void_p(library.mbx_RSA2K_pub65537_Method())
        self._scratch = ctypes.create_string_buffer(
            max(
                library.mbx_RSA_Method_BufSize(self._private_method),
                library.mbx_RSA_Method_BufSize(self._public_method),
            )
        )
        self._results = [ctypes.create_string_buffer(_BYTES) for _ in range(LANES)]
        self._checks = [ctypes.create_string_buffer(_BYTES) for _ in range(LANES)]
        self._to_results = _pointers(self._results)
        self._to_checks = _pointers(self._checks)

    def private(self, jobs: Sequence[tuple[PreparedKey, bytes]]) -> list[bytes]:
        """The private operation on up to eight encoded messages of 256 bytes, each with its key.

        Raises :class:`Faulty` when any result is wrong; then none is returned.
        """
        # Lanes that nobody needs do the first job over again: the time is the same.
        filled = [*jobs, *[jobs[0]] * (LANES - len(jobs))]
        keys = [key for key, _ in filled]
        messages = [ctypes.create_string_buffer(message, _BYTES) for _, message in filled]
        status = self._library.mbx_rsa_private_crt_mb8(
            _pointers(messages),
            self._to_results,
            _pointers([key.p for key in keys]),
            _pointers([key.q for key in keys]),
            _pointers([key.d_p for key in keys]),
            _pointers([key.d_q for key in keys]),
            _pointers([key.q_inverse for key in keys]),
            _BITS,
            self._private_method,
            self._scratch,
        )
        status |= self._library.mbx_rsa_public_mb8(
            self._to_results,
            self._to_checks,
            _pointers([key.modulus for key in keys]),
            _BITS,
            self._public_method,
            self._scratch,
        )
        right = all(
            check.raw == message for check, (_, message) in zip(self._checks, filled, strict=True)
        )
        if status or not right:
            raise Faulty(f"status {status:x}")
        return [result.raw for result in self._results[: len(jobs)]]


def _words(number: int, size_bytes: int) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(number.to_bytes(size_bytes, "little"), size_bytes)


def _pointers(buffers: Sequence[ctypes.Array[ctypes.c_char]]) -> ctypes.Array[ctypes.c_void_p]:
    return _Lanes(*map(ctypes.addressof, buffers))


def _load() -> ctypes.CDLL:
    if not _has_ifma():
        raise Unavailable("the processor has no AVX-512 IFMA")
    try:
        # What it was linked with is found by name, once it is loaded.
        for name in ("libintlc.so.5", "libirng.so", "libimf.so", "libsvml.so"):
            ctypes.CDLL(str(_file("intel-cmplr-lib-rt", name)), ctypes.RTLD_GLOBAL)
        return ctypes.CDLL(str(_file("ipp-crypto", "libcrypto_mb.so")))
    except (OSError, metadata.PackageNotFoundError) as error:
        raise Unavailable(f"poolhouse[multibuffer] is not there: {error}") from error


def _file(distribution: str, name: str) -> Path:
    for each in metadata.files(distribution) or ():
        if each.name == name:
            return Path(str(each.locate()))
    raise OSError(f"{distribution} has no {name}")


def _has_ifma() -> bool:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:  # another system than Linux
        return False
    return "avx512ifma" in text
