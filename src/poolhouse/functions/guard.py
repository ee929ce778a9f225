"""The server's side of the guard: who is to be ended if the server dies without closing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from poolhouse.functions.environment import startup_variables

_SCRIPT = Path(__file__).with_name("boot_guard.py")


class Guard:
    """Keeps the guard process informed. Used from the threads that start and reap workers."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: set[int] = set()
        self._lock = threading.Lock()

    def watch(self, group: int) -> None:
        """From now on this process group must not outlive the server."""
        with self._lock:
            self._groups.add(group)
            if self._process is None:
                self._process = self._start()
            self._tell(b"+%d\n" % group)

    def forget(self, group: int) -> None:
        """The group is about to be reaped; its number may mean somebody else afterwards."""
        with self._lock:
            self._groups.discard(group)
            self._tell(b"-%d\n" % group)

    def close(self) -> None:
        """End the guard itself; whatever is still on its list is ended by it."""
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        process.wait()

    @staticmethod
    def _start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env=startup_variables(),
            cwd="/",
            start_new_session=True,
        )

    def _tell(self, line: bytes) -> None:
        if self._process is None or self._process.stdin is None:
            return
        try:
            self._process.stdin.write(line)
        except OSError:
            # Somebody ended the guard. Its successor learns the whole list anew.
            self._process.wait()
            self._process.stdin.close()
            self._process = self._start()
            if self._process.stdin is not None:
                self._process.stdin.write(b"".join(b"+%d\n" % group for group in self._groups))
