"""Password hashes: argon2id in threads, because a hash takes tens of milliseconds on purpose.

Source: RFC 9106; OWASP Password Storage Cheat Sheet (19 MiB, two passes, one lane).
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NoReturn, TypeVar

import argon2
from argon2.exceptions import InvalidHashError, VerificationError

from poolhouse.auth import imported_hashes
from poolhouse.errors import NotAuthorizedException

T = TypeVar("T")

WRONG_PASSWORD = "Incorrect username or password."

_OURS = "$argon2"


class PasswordHasher:
    """Hashes and checks passwords without holding up the event loop."""

    def __init__(self, *, memory_kib: int, passes: int) -> None:
        self._argon2 = argon2.PasswordHasher(
            time_cost=passes, memory_cost=memory_kib, parallelism=1
        )
        threads = os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(max_workers=threads, thread_name_prefix="argon2")
        self._decoy = self._argon2.hash("no user has this password")
        self._beginning = "$".join(self._decoy.split("$")[:-2]) + "$"
        """Algorithm, version and parameters, before salt and hash."""

    async def hash(self, password: str) -> str:
        """The encoded hash, parameters and salt included."""
        return await self._in_thread(partial(self._argon2.hash, password))

    async def check(self, stored: str | None, password: str) -> None:
        """Raises :class:`NotAuthorizedException` unless ``password`` is the stored one."""
        if stored is None:
            await self.refuse(password)
        if not await self._in_thread(partial(self._matches, stored, password)):
            raise NotAuthorizedException(WRONG_PASSWORD)

    async def refuse(self, password: str) -> NoReturn:
        """Raise what a wrong password raises, after as much work as checking one.

        For unknown users and users without a password: otherwise the time an answer takes would
        tell them apart from the others.
        """
        await self._in_thread(partial(self._matches, self._decoy, password))
        raise NotAuthorizedException(WRONG_PASSWORD)

    def outdated(self, stored: str) -> bool:
        """Whether the hash was made elsewhere, or with other parameters than today's."""
        if stored.startswith(self._beginning) and len(stored) == len(self._decoy):
            return False
        return not stored.startswith(_OURS) or self._argon2.check_needs_rehash(stored)

    def _matches(self, stored: str, password: str) -> bool:
        if not stored.startswith(_OURS):
            return imported_hashes.matches(stored, password)
        try:
            return self._argon2.verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _in_thread(self, function: partial[T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, function)

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
