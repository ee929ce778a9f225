"""The supervisor of several workers is killed: they leave its port, and finish what they began."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import urllib.request
from pathlib import Path

import pytest

from command_line import PATIENCE_SECONDS, serving
from raw_http import SIGNED, TARGET

_WAITING = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize("options", [[], ["--drain-seconds", "60"]], ids=["plain", "draining"])
def test_another_takes_the_port_at_once(tmp_path: Path, options: list[str]) -> None:
    data = tmp_path / "data"
    with serving(data, "--workers", "2", *options) as (killed, line):
        port = _port(line)
        body = b'{"PoolName": "harbour"}'
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as caller:
            caller.sendall(_head(len(body)))
            assert caller.recv(1024) == _WAITING  # its request has begun
            os.kill(killed.pid, signal.SIGKILL)
            with serving(data, "--workers", "2", "--port", str(port)) as (_, again):
                assert _port(again) == port, "the port was still taken"
                caller.sendall(body)
                answer = b"".join(iter(lambda: caller.recv(65536), b""))
                assert answer.startswith(b"HTTP/1.1 200 "), answer
                assert json.loads(answer.partition(b"\r\n\r\n")[2])["UserPool"]["Id"]
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as health:
                    assert health.status == 200


def _port(line: str) -> int:
    found = re.search(r"http://localhost:(\d+)", line)
    assert found is not None, f"it did not start: {line!r}"
    return int(found[1])


def _head(length: int) -> bytes:
    """A request up to its body, which is sent when the server asks for it."""
    lines = [
        "POST / HTTP/1.1",
        "Host: localhost",
        "Content-Type: application/x-amz-json-1.1",
        f"X-Amz-Target: {TARGET}CreateUserPool",
        *(f"{name}: {value}" for name, value in SIGNED.items()),
        f"Content-Length: {length}",
        "Expect: 100-continue",
    ]
    return "\r\n".join([*lines, "", ""]).encode()
