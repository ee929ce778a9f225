"""A server of one's own: started as a person would start it, ended when it is no longer needed."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_END_SECONDS = 30


class NoServer(RuntimeError):
    """The server did not start; what it said is on standard error."""


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server process, and its base URL once it accepts requests."""

    process: subprocess.Popen[str]

    def url(self) -> str:
        """Wait for the start-up line. Raises :class:`NoServer`."""
        line = self.process.stdout.readline() if self.process.stdout else ""
        found = re.search(r"listens on (\S+)", line)
        if found is None:
            raise NoServer(f"the server did not start (exit status {self.process.wait()})")
        return found[1]


@contextmanager
def server(port: int, data: Path) -> Iterator[RunningServer]:
    """Start ``poolhouse serve`` in a process of its own; it ends with the block."""
    command = [sys.executable, "-m", "poolhouse", "serve", "--mode", "development"]
    command += ["--host", "127.0.0.1", "--port", str(port), "--data", str(data), "--workers", "1"]
    process = subprocess.Popen(
        [*command, "--log-level", "error"], stdout=subprocess.PIPE, text=True
    )
    try:
        yield RunningServer(process)
    finally:
        process.terminate()
        try:
            process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
