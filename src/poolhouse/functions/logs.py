"""The logs of functions: one file each, bounded, written behind the back of the event loop.

Lines are collected in memory and written by a thread a moment later, so that a slow disk delays no
invocation; a server that is killed loses that moment's lines. Several server processes may write
the same file: appends are whole batches, and the one that rotates holds a lock on the file.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import Generator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote

import structlog

_WRITE_DELAY_SECONDS = 0.05
_LARGEST_BACKLOG_BYTES = 8 * 1024 * 1024
"""Output that waits for the disk, of one function. What comes on top is dropped, and said so."""

warn = structlog.get_logger("poolhouse.functions").warning


def log_path(directory: Path, function_name: str) -> Path:
    """Where a function's log is; the name is escaped, for it may come from anywhere."""
    return directory / f"{quote(function_name, safe='')}.log"


class _Backlog:
    __slots__ = ("dropped_bytes", "parts", "size_bytes")

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.size_bytes = 0
        self.dropped_bytes = 0


class FunctionLogs:
    """The logs of all functions in one directory.

    ``append`` belongs to the event loop and never waits. ``largest_bytes`` bounds a file; when it
    is reached, the file is renamed to ``NAME.log.1`` and a new one begun.
    """

    def __init__(self, directory: Path, *, largest_bytes: int = 5 * 1024 * 1024) -> None:
        self.directory = directory
        self._largest_bytes = largest_bytes
        self._backlogs: dict[str, _Backlog] = {}
        self._writer = ThreadPoolExecutor(1, "function-logs")
        self._writing: Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)

    def append(self, function_name: str, data: bytes) -> None:
        """Add to a function's log."""
        backlog = self._backlogs.get(function_name)
        if backlog is None:
            backlog = self._backlogs[function_name] = _Backlog()
            if self._timer is None:
                loop = asyncio.get_running_loop()
                self._timer = loop.call_later(_WRITE_DELAY_SECONDS, self._hand_over)
        if backlog.size_bytes + len(data) > _LARGEST_BACKLOG_BYTES:
            backlog.dropped_bytes += len(data)
        else:
            backlog.parts.append(data)
            backlog.size_bytes += len(data)

    async def flush(self) -> None:
        """Return once everything appended so far is in the files."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, self._write_all, self._take())

    async def close(self) -> None:
        """Write what is left and end the thread."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        await self.flush()
        self._writer.shutdown(wait=False)

    def _hand_over(self) -> None:
        self._timer = None
        if self._writing is not None and not self._writing.done():
            # The disk is slow; what comes meanwhile counts against the bound of the backlog.
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_WRITE_DELAY_SECONDS, self._hand_over)
            return
        self._writing = self._writer.submit(self._write_all, self._take())

    def _take(self) -> dict[str, _Backlog]:
        taken, self._backlogs = self._backlogs, {}
        return taken

    def _write_all(self, backlogs: dict[str, _Backlog]) -> None:
        for name, backlog in backlogs.items():
            data = b"".join(backlog.parts)
            if backlog.dropped_bytes:
                data += b"[poolhouse] %d bytes of output dropped\n" % backlog.dropped_bytes
            try:
                self._write(log_path(self.directory, name), data)
            except OSError as error:
                warn("a function's log could not be written", function=name, error=str(error))

    def _write(self, path: Path, data: bytes) -> None:
        while True:
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX)
                if not _is_at(path, fd):
                    continue  # another process rotated between our open and our lock
                if os.fstat(fd).st_size + len(data) > self._largest_bytes and os.fstat(fd).st_size:
                    os.replace(path, path.with_name(path.name + ".1"))
                    continue
                rest = memoryview(data)[-self._largest_bytes :]
                while rest:
                    rest = rest[os.write(fd, rest) :]
                return
            finally:
                os.close(fd)


def _is_at(path: Path, fd: int) -> bool:
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    here = os.fstat(fd)
    return (there.st_dev, there.st_ino) == (here.st_dev, here.st_ino)


def read_log(directory: Path, function_name: str, *, last_bytes: int = 64 * 1024) -> bytes:
    """The end of a function's log, from the beginning of a line; empty if there is none."""
    path = log_path(directory, function_name)
    data = b""
    for one in (path.with_name(path.name + ".1"), path):
        try:
            with one.open("rb") as file:
                size = file.seek(0, os.SEEK_END)
                file.seek(max(0, size - last_bytes - 1))
                data += file.read()
        except FileNotFoundError:
            continue
    if len(data) <= last_bytes:
        return data
    # One byte more than asked for tells whether the cut falls on the beginning of a line.
    return data[-last_bytes - 1 :].partition(b"\n")[2]


def follow_log(
    directory: Path,
    function_name: str,
    *,
    last_bytes: int = 4096,
    poll_seconds: float = 0.2,
) -> Generator[bytes]:
    """The end of the log, then whatever is added, without end; rotation is followed.

    Yields ``b""`` whenever there is nothing new, so that the caller can stop or flush. Blocking:
    made for a command line.
    """
    path = log_path(directory, function_name)
    file = None
    try:
        try:
            file = path.open("rb")
            file.seek(0, os.SEEK_END)
            yield read_log(directory, function_name, last_bytes=last_bytes)
        except FileNotFoundError:
            yield b""
        while True:
            data = file.read(65536) if file is not None else b""
            if data:
                yield data
                continue
            if file is not None and _is_at(path, file.fileno()):
                yield b""
                time.sleep(poll_seconds)
                continue
            try:
                successor = path.open("rb")
            except FileNotFoundError:
                yield b""
                time.sleep(poll_seconds)
                continue
            if file is not None:
                yield file.read()  # what was added between our last read and the rotation
                file.close()
            file = successor
    finally:
        if file is not None:
            file.close()
