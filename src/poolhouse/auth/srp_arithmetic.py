"""Powers modulo the SRP prime, in constant time and off the event loop.

``docs/decisions/0005-srp.md`` says why GMP computes them.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import gmpy2

from poolhouse.domain.srp import G, N, scrambler, server_value, session_key

T = TypeVar("T")

# Two powers take about four milliseconds; more threads than cores would only take turns.
_THREADS = ThreadPoolExecutor(max_workers=2, thread_name_prefix="srp")


def power(base: int, exponent: int) -> int:
    """``base ** exponent mod N``, in a time that depends on the sizes alone."""
    with gmpy2.context(allow_release_gil=True):
        return int(gmpy2.powmod_sec(base, exponent, N))


async def verifier(exponent: int) -> int:
    """v, what a server keeps in place of a password."""
    return await _in_thread(partial(power, G, exponent))


async def offer(verifier: int, secret: int) -> int:
    """B for the server's ephemeral ``secret``."""
    return server_value(verifier, await _in_thread(partial(power, G, secret)))


async def agree(client_value: int, offered: int, verifier: int, secret: int) -> bytes | None:
    """The session key; None when the scrambler is zero, and no key may come of it."""
    mixed = scrambler(client_value, offered)
    if mixed == 0:
        return None
    return await _in_thread(partial(_agree, client_value, mixed, verifier, secret))


def _agree(client_value: int, mixed: int, verifier: int, secret: int) -> bytes:
    shared = power(client_value * power(verifier, mixed) % N, secret)
    return session_key(shared, mixed)


async def _in_thread(function: partial[T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(_THREADS, function)
