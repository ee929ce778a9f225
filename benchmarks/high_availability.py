"""Two servers behind nginx on a PostgreSQL primary with a synchronous standby: kill, and count.

    python3 dev.py bench ha [--seconds 10]

Under load that remembers what was acknowledged: one server is asked to end (SIGTERM) and started
again, one is killed, and at last the primary is killed and the standby promoted. Everything runs on
loopback in a temporary directory, with the files of ``examples/high-availability``. The exit status
is 1 when an acknowledged write was lost.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from benchmarks import ledger, world
from benchmarks.postgresql_pair import PostgresqlPair, configuration, free_port

_KEY, _SECRET = "bench", "bench-secret"
_DRAIN_SECONDS = 1.0
_LONGEST_FAILOVER_SECONDS = 60.0
_AROUND_NGINX = """
daemon off;
master_process off;
pid {directory}/pid;
error_log {directory}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    include {directory}/poolhouse.conf;
}}
"""


@dataclass(frozen=True)
class Report:
    """What happened, event by event, and what is missing afterwards."""

    impacts: list[ledger.Impact]
    accounts: int
    rotations: int
    revocations: int
    lost: list[str]


class Servers:
    """Two servers in production mode with one master key on one database."""

    def __init__(self, directory: Path, database: str, public_url: str) -> None:
        self.ports = [free_port(), free_port()]
        self._directory = directory
        self._running: dict[int, subprocess.Popen[bytes]] = {}
        self._environment = {
            **os.environ,
            "POOLHOUSE_DATABASE": database,
            "POOLHOUSE_MASTER_KEY": base64.b64encode(os.urandom(32)).decode(),
            "POOLHOUSE_ACCESS_KEYS": f"{_KEY}:{_SECRET}",
            "POOLHOUSE_MODE": "production",
            # What is killed is a whole server: one process, which leaves no orphan at its port.
            "POOLHOUSE_WORKERS": "1",
            "POOLHOUSE_PUBLIC_URL": public_url,
            "POOLHOUSE_DRAIN_SECONDS": str(_DRAIN_SECONDS),
            "POOLHOUSE_LOG_LEVEL": "error",
        }
        subprocess.run([*_POOLHOUSE, "migrate"], env=self._environment, check=True, stdout=_NOWHERE)

    def start(self, number: int) -> None:
        port = self.ports[number]
        command = [*_POOLHOUSE, "serve", "--port", str(port)]
        command += ["--data", str(self._directory / f"server-{number}")]
        with (self._directory / f"server-{number}.log").open("ab") as log:
            self._running[number] = subprocess.Popen(
                command, env=self._environment, stdout=_NOWHERE, stderr=log
            )
        world.wait_for(f"http://127.0.0.1:{port}/health/ready")

    def end(self, number: int, how: signal.Signals) -> None:
        process = self._running.pop(number)
        process.send_signal(how)
        process.wait(60)

    def close(self) -> None:
        for number in list(self._running):
            self.end(number, signal.SIGTERM)


_POOLHOUSE = [sys.executable, "-m", "poolhouse"]
_NOWHERE = subprocess.DEVNULL


def nginx_program() -> str | None:
    """Debian keeps it where not everybody's PATH leads."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def nginx(directory: Path, port: int, servers: list[int]) -> Iterator[None]:
    """The balancer of the how-to, on loopback."""
    directory.mkdir()
    addresses = {"192.0.2.10:80;": f"127.0.0.1:{port};"}
    for number, server in enumerate(servers, 11):
        addresses[f"192.0.2.{number}:4566"] = f"127.0.0.1:{server}"
    text = configuration("nginx.conf", addresses)
    (directory / "poolhouse.conf").write_text(text, encoding="utf-8")
    main = _AROUND_NGINX.format(directory=directory)
    (directory / "nginx.conf").write_text(main, encoding="utf-8")
    process = subprocess.Popen(
        [nginx_program() or "nginx", "-p", str(directory), "-c", str(directory / "nginx.conf")]
    )
    try:
        world.wait_for(f"http://127.0.0.1:{port}/health")
        yield
    finally:
        process.terminate()
        process.wait(30)


def run(seconds: float, actors: int, detection_seconds: float) -> Report:
    """One round; ``detection_seconds`` is how long nobody notices that the primary is dead."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="poolhouse-ha-")))
        directory.chmod(0o755)  # PostgreSQL runs as somebody else
        pair = PostgresqlPair(directory / "postgresql")
        stack.callback(pair.close)
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        servers = Servers(directory, pair.url("poolhouse"), url)
        stack.callback(servers.close)
        for number in (0, 1):
            servers.start(number)
        stack.enter_context(nginx(directory / "nginx", port, servers.ports))
        pool_id, client_id = _make_pool(_client(url))
        load = ledger.Load(lambda: _client(url), pool_id, client_id, actors)
        try:
            events = list(_events(load, servers, pair, seconds, detection_seconds))
        finally:
            load.stop()
        ends = [since for _, since in events[1:]] + [time.monotonic()]
        impacts = [
            ledger.impact(event, since, until, load.calls)
            for (event, since), until in zip(events, ends, strict=True)
        ]
        return Report(
            impacts=impacts,
            accounts=len(load.accounts),
            rotations=sum(len(account.rotated) for account in load.accounts),
            revocations=sum(len(account.revoked) for account in load.accounts),
            lost=ledger.losses(lambda: _client(url), pool_id, client_id, load.accounts),
        )


def _events(
    load: ledger.Load,
    servers: Servers,
    pair: PostgresqlPair,
    seconds: float,
    detection_seconds: float,
) -> Iterator[tuple[str, float]]:
    """What is done to them, and when; the load goes on meanwhile."""
    yield "nothing", time.monotonic()
    time.sleep(seconds)
    for event, how in (("a server ends", signal.SIGTERM), ("a server is killed", signal.SIGKILL)):
        yield event, time.monotonic()
        servers.end(0, how)
        time.sleep(seconds / 2)
        servers.start(0)
        time.sleep(seconds / 2)
    killed = time.monotonic()
    yield "the primary is killed, the standby promoted", killed
    pair.kill_primary()
    time.sleep(detection_seconds)
    pair.promote_standby()
    while not any(call.error is None and call.sent > killed for call in list(load.calls)):
        if time.monotonic() - killed > _LONGEST_FAILOVER_SECONDS:
            return
        time.sleep(0.05)
    time.sleep(seconds)


def _client(url: str) -> Any:
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=_KEY,
        aws_secret_access_key=_SECRET,
        config=Config(retries={"max_attempts": 0}, read_timeout=30),
    )


def _make_pool(idp: Any) -> tuple[str, str]:
    pool_id = idp.create_user_pool(PoolName="high availability")["UserPool"]["Id"]
    app = idp.create_user_pool_client(
        UserPoolId=pool_id,
        ClientName="app",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"],
        RefreshTokenRotation={"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
    )
    return pool_id, app["UserPoolClient"]["ClientId"]


def table(report: Report) -> Iterator[str]:
    """For people, as Markdown."""
    yield "| event | answers | errors | first answer after, s | longest gap, s |"
    yield "| --- | --- | --- | --- | --- |"
    for each in report.impacts:
        errors = ", ".join(f"{count} x {kind}" for kind, count in each.errors.items()) or "none"
        yield (
            f"| {each.event} | {each.answers} | {errors} | {each.recovered_seconds} "
            f"| {each.longest_gap_seconds} |"
        )
    yield ""
    yield (
        f"Acknowledged: {report.accounts} sign-ups, {report.rotations} rotations, "
        f"{report.revocations} revocations. Lost: {len(report.lost)}."
    )
    yield from report.lost


def main() -> int:
    parser = argparse.ArgumentParser(prog="python3 dev.py bench ha", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10, help="between two events")
    parser.add_argument("--actors", type=int, default=8)
    parser.add_argument("--detection-seconds", type=float, default=1.0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    report = run(given.seconds, given.actors, given.detection_seconds)
    print(json.dumps(asdict(report)) if given.json else "\n".join(table(report)))
    return 1 if report.lost else 0


if __name__ == "__main__":
    sys.exit(main())
