"""A PostgreSQL of the test run's own: made, started and thrown away, beside any other there is."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

_START_SECONDS = 60
# Nothing here has to survive a power cut.
_FAST = ("fsync=off", "full_page_writes=off", "max_connections=400", "listen_addresses=")


def programs() -> Path | None:
    """Where ``postgres`` and ``initdb`` are: on the PATH, or where Debian puts them."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in places if (each / "postgres").exists()), None)


class Cluster:
    """A running PostgreSQL that is reached through a socket in its own directory."""

    def __init__(self) -> None:
        found = programs()
        if found is None:
            raise LookupError("no PostgreSQL: neither on the PATH nor in /usr/lib/postgresql")
        self._directory = Path(tempfile.mkdtemp(prefix="poolhouse-postgresql-"))
        # It refuses to be run by root.
        self._user = _somebody_else() if os.getuid() == 0 else None
        if self._user is not None:
            shutil.chown(self._directory, self._user)
        data = self._directory / "data"
        initdb = str(found / "initdb")
        how = ["-U", "poolhouse", "-A", "trust", "-N", "--locale=C", "-E", "UTF8"]
        if "--icu-locale" in self._call([initdb, "--help"]):
            # A language of people, as most clusters have: what must sort by bytes has to say so.
            how += ["--locale-provider=icu", "--icu-locale=en"]
        self._call([initdb, "-D", str(data), *how])
        options = [part for each in _FAST for part in ("-c", each)]
        with (self._directory / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(found / "postgres"), "-D", str(data), "-k", str(self._directory), *options],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self._directory,
            )
        self._wait(found / "pg_isready")

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://poolhouse@/{database}?host={self._directory}"

    def close(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(30)
        shutil.rmtree(self._directory, ignore_errors=True)

    def _call(self, command: list[str]) -> str:
        return subprocess.run(
            command, check=True, capture_output=True, text=True, user=self._user, cwd="/"
        ).stdout

    def _wait(self, pg_isready: Path) -> None:
        deadline = time.monotonic() + _START_SECONDS
        ask = [str(pg_isready), "-q", "-h", str(self._directory)]
        while subprocess.run(ask).returncode:
            if self._process.poll() is not None or time.monotonic() > deadline:
                log = (self._directory / "log").read_text(encoding="utf-8")
                raise RuntimeError(f"PostgreSQL did not start:\n{log}")
            time.sleep(0.05)


def _somebody_else() -> str:
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)
