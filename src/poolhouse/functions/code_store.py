"""Unpacked packages on disk, by the digest of the package: shared by versions and processes.

The package in the database is the truth; a directory here can be made again from it at any time.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from poolhouse.functions import packages
from poolhouse.ids import Ids
from poolhouse.store import functions as store
from poolhouse.store.database import Database, Transaction


@dataclass(frozen=True, slots=True)
class StoredCode:
    """A package that has been unpacked; ``sha256`` is hexadecimal."""

    sha256: str
    directory: Path


class CodeStore:
    """The directory of unpacked packages of one data directory."""

    def __init__(self, directory: Path, db: Database, ids: Ids) -> None:
        self._directory = directory
        self._db = db
        self._ids = ids

    async def accept(self, package: bytes) -> StoredCode:
        """Unpack a package. Raises :class:`~poolhouse.functions.packages.BadPackage`."""
        return await asyncio.to_thread(self._unpack, package)

    async def directory_of(
        self, sha256: str, *, region: str, name: str, version: str
    ) -> Path | None:
        """Where the code of a version is, unpacked now if need be; None when it was deleted."""
        directory = self._directory / sha256
        if directory.is_dir():
            return directory
        package = await store.package(self._db, region, name, version)
        if package is None:
            return None
        return (await self.accept(package)).directory

    async def discard_unused(self) -> None:
        """Delete the code that no version has any more."""
        gone = await self._db.write(self._set_aside)
        for directory in gone:
            await asyncio.to_thread(shutil.rmtree, directory, ignore_errors=True)

    async def _set_aside(self, transaction: Transaction) -> list[Path]:
        # Inside the transaction nobody can register the same code again, in any process: who does
        # so next finds no directory and unpacks anew.
        used = await store.used_packages(transaction)
        if not self._directory.is_dir():
            return []
        unused = [
            each
            for each in self._directory.iterdir()
            if each.name not in used and "." not in each.name
        ]
        return [each.rename(self._beside(each.name)) for each in unused]

    def _unpack(self, package: bytes) -> StoredCode:
        digest = hashlib.sha256(package).hexdigest()
        directory = self._directory / digest
        if not directory.is_dir():
            self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside = self._beside(digest)
            try:
                packages.unpack(package, beside)
                # Complete or not there at all.
                try:
                    os.rename(beside, directory)
                except OSError:
                    if not directory.is_dir():  # another process was not faster: the disk refused
                        raise
            finally:
                shutil.rmtree(beside, ignore_errors=True)
        return StoredCode(digest, directory)

    def _beside(self, digest: str) -> Path:
        return self._directory / f"{digest}.{self._ids.uuid()}"
