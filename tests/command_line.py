"""The command line as a person uses it: real processes, real signals, real sockets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60
QUICK_HASHES = ("--hash-memory-kib", "8", "--hash-passes", "1")


def environment(**extra: str) -> dict[str, str]:
    """Ours without any setting of the house, so that tests mean the defaults."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("POOLHOUSE_")}
    return {**inherited, **extra}


def poolhouse(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "poolhouse", *arguments],
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )


@contextmanager
def serving(
    data: Path, *arguments: str, **variables: str
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server and its start-up line; killed if the test leaves it running."""
    command = [sys.executable, "-m", "poolhouse", "serve", "--port", "0", "--data", str(data)]
    process = subprocess.Popen(
        [*command, *QUICK_HASHES, *arguments],
        env=environment(**variables),
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        process.stdout.close()
