"""A start imports what a first answer needs, and no more; an idle process is small."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from poolhouse.server import default_workers
from poolhouse.settings import Settings

# Each costs 20 ms or several MiB, and a server without work for it must not pay that.
HEAVY = {
    "aiosmtplib",
    "alembic",
    "asyncpg",
    "aws_encryption_sdk",
    "boto3",
    "botocore.client",
    "botocore.model",
    "botocore.session",
    "cedarpy",
    "httpx",
    "jinja2",
    "opentelemetry",
    "pyotp",
    "rich.console",
    "segno",
    "tinycss2",
    "webauthn",
    "yaml",
}
MOST_IDLE_MIB = 100


@contextmanager
def started(data: Path, *python: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    command = [sys.executable, *python, "-m", "poolhouse", "serve", "--port", "0"]
    with data.with_suffix(".stderr").open("wb") as errors:  # more than a pipe holds
        process = subprocess.Popen(
            [*command, "--data", str(data)], stdout=subprocess.PIPE, stderr=errors, text=True
        )
    try:
        assert process.stdout is not None
        announced = re.search(r"http://localhost:(\d+)", process.stdout.readline())
        assert announced, "the server did not start"
        yield process, f"http://127.0.0.1:{announced[1]}"
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def test_nothing_heavy_is_imported_at_start(tmp_path: Path) -> None:
    with started(tmp_path / "data", "-X", "importtime") as (_, url):
        urllib.request.urlopen(f"{url}/health").close()
    text = (tmp_path / "data.stderr").read_text()
    imported = set(re.findall(r"\| +(\S+)$", text, re.MULTILINE))
    assert "poolhouse.app" in imported
    assert imported & HEAVY == set()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_an_idle_process_is_small(tmp_path: Path) -> None:
    with started(tmp_path / "data") as (process, url):
        urllib.request.urlopen(f"{url}/health").close()
        request = urllib.request.Request(
            url, b"{}", {"X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth"}
        )
        with pytest.raises(urllib.error.HTTPError):  # refused, by all that an operation needs
            urllib.request.urlopen(request)
        text = Path(f"/proc/{process.pid}/smaps_rollup").read_text(encoding="ascii")
    resident = re.search(r"^Rss: +(\d+) kB", text, re.MULTILINE)
    assert resident
    assert int(resident[1]) / 1024 <= MOST_IDLE_MIB


@pytest.mark.skipif(sys.platform != "linux", reason="asks for the affinity")
def test_production_has_a_process_for_each_core() -> None:
    production = Settings(mode="production", access_keys="AKIAX:secret")
    assert default_workers(production) == len(os.sched_getaffinity(0))
    assert default_workers(Settings()) == 1
