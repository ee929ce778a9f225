"""PostgreSQL on loopback, made for one run: alone, or a primary with a synchronous standby."""

from __future__ import annotations

import contextlib
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

CONFIGURATION = Path(__file__).resolve().parents[1] / "examples" / "high-availability"
_START_SECONDS = 60.0


def programs() -> Path | None:
    """Where PostgreSQL's programs are: on the PATH, or where Debian puts them."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((each for each in places if (each / "postgres").exists()), None)


def free_port() -> int:
    """Of those that no outgoing connection takes, so that it is free again for who comes back."""
    while True:
        port = random.randrange(20_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def configuration(name: str, replacements: Mapping[str, str]) -> str:
    """A file of the how-to with this run's addresses; a stale replacement is an error."""
    text = (CONFIGURATION / name).read_text(encoding="utf-8")
    for old, new in replacements.items():
        if old not in text:
            raise LookupError(f"{name} does not say {old}")
        text = text.replace(old, new)
    return text


class Postgresql:
    """A server that runs from when it is made until ``close``; ``settings`` are NAME=VALUE."""

    def __init__(self, directory: Path, *settings: str) -> None:
        found = programs()
        if found is None:
            raise LookupError("no PostgreSQL: neither on the PATH nor in /usr/lib/postgresql")
        self._programs = found
        self._directory = directory
        # It refuses to be run by root.
        self._user = _somebody_else() if os.getuid() == 0 else None
        directory.mkdir()
        if self._user is not None:
            shutil.chown(directory, self._user)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self.ports = {"primary": free_port()}
        self._settings = settings
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    def _make(self) -> None:
        self._initialize()
        self._start("primary")

    def url(self, database: str) -> str:
        """Of whichever can be written to."""
        hosts = ",".join(f"127.0.0.1:{port}" for port in self.ports.values())
        return f"postgresql://poolhouse@{hosts}/{database}?target_session_attrs=read-write"

    def pid(self, name: str) -> int:
        """Of the process that all others of ``primary`` or ``standby`` are children of."""
        return self._running[name].pid

    def query(self, name: str, sql: str, database: str = "postgres") -> str:
        psql = [str(self._programs / "psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", "-U", "poolhouse"]
        where = ["-h", "127.0.0.1", "-p", str(self.ports[name]), "-d", database]
        return self._call([*psql, *where, "-c", sql]).strip()

    def repeat(self, sql: str, clients: int, seconds: float) -> int:
        """How often ``pgbench`` ran a statement, each a transaction of its own."""
        script = self._directory / "repeated.sql"
        script.write_text(f"{sql};\n", encoding="utf-8")
        where = ["-h", "127.0.0.1", "-p", str(self.ports["primary"]), "-U", "poolhouse"]
        how = ["-n", "-M", "prepared", "-c", str(clients), "-T", str(max(1, round(seconds)))]
        told = self._call(
            [str(self._programs / "pgbench"), *where, *how, "-f", str(script), "poolhouse"]
        )
        found = re.search(r"actually processed: (\d+)", told)
        if found is None:
            raise RuntimeError(f"pgbench said: {told}")
        return int(found[1])

    def close(self) -> None:
        for process in self._running.values():
            process.send_signal(signal.SIGQUIT)
            process.wait(30)
        self._running.clear()

    def _initialize(self) -> None:
        data = self._directory / "primary"
        how = ["-U", "poolhouse", "-A", "trust", "-N", "--locale=C", "-E", "UTF8"]
        self._call([str(self._programs / "initdb"), "-D", str(data), *how])

    def _start(self, name: str, *settings: str) -> None:
        port = str(self.ports[name])
        options = ["-p", port, "-h", "127.0.0.1", "-k", str(self._directory)]
        options += [part for each in (*self._settings, *settings) for part in ("-c", each)]
        with (self._directory / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                [str(self._programs / "postgres"), "-D", str(self._directory / name), *options],
                stdout=log,
                stderr=log,
                user=self._user,
                cwd=self._directory,
            )
        self._running[name] = process
        ask = [str(self._programs / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", port]
        deadline = time.monotonic() + _START_SECONDS
        while subprocess.run(ask).returncode:
            if process.poll() is not None or time.monotonic() > deadline:
                log_text = (self._directory / f"{name}.log").read_text(encoding="utf-8")
                raise RuntimeError(f"PostgreSQL did not start:\n{log_text}")
            time.sleep(0.05)

    def _call(self, command: list[str]) -> str:
        done = subprocess.run(command, capture_output=True, text=True, user=self._user, cwd="/")
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stderr}")
        return done.stdout


class PostgresqlPair(Postgresql):
    """Both run when it is made, and the standby is in step."""

    def kill_primary(self) -> None:
        """SIGKILL to all its processes, as if the machine had lost its power."""
        process = self._running.pop("primary")
        process.send_signal(signal.SIGSTOP)  # so that none is added meanwhile
        # Each has a process group of its own.
        for pid in [*_children(process.pid), process.pid]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()

    def promote_standby(self) -> None:
        self.query("standby", "SELECT pg_promote(true, 60)")

    def _make(self) -> None:
        self.ports["standby"] = free_port()
        self._initialize()
        _append(self._directory / "primary" / "postgresql.conf", configuration("primary.conf", {}))
        # A commit would wait for a standby that does not exist yet.
        self._start("primary", "synchronous_standby_names=")
        self.query("primary", "CREATE DATABASE poolhouse")
        self._make_standby()

    def _make_standby(self) -> None:
        data = self._directory / "standby"
        port = str(self.ports["primary"])
        where = ["-h", "127.0.0.1", "-p", port, "-U", "poolhouse"]
        copy = [str(self._programs / "pg_basebackup"), *where, "-D", str(data), "-c", "fast"]
        self._call([*copy, "-X", "stream", "--no-sync"])
        addresses = {"host=192.0.2.21 port=5432": f"host=127.0.0.1 port={port}"}
        _append(data / "postgresql.conf", configuration("standby.conf", addresses))
        (data / "standby.signal").touch()
        if self._user is not None:
            shutil.chown(data / "standby.signal", self._user)
        self._start("standby")
        self._restart_primary_as_configured()
        deadline = time.monotonic() + _START_SECONDS
        state = "SELECT sync_state FROM pg_stat_replication"
        while self.query("primary", state) != "sync":
            if time.monotonic() > deadline:
                raise RuntimeError("the standby did not get in step")
            time.sleep(0.1)

    def _restart_primary_as_configured(self) -> None:
        process = self._running.pop("primary")
        process.send_signal(signal.SIGINT)
        process.wait(30)
        self._start("primary")


def _children(parent: int) -> list[int]:
    listing = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True
    ).stdout
    return [int(line) for line in listing.split()]


def _append(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write("\n" + text)


def _somebody_else() -> str:
    known = {each.pw_name for each in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)
