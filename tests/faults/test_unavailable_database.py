"""While the database does not answer: a clean 503 that says to come again, on every face."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from poolhouse.store.database import DatabaseBusy
from server import Server


@pytest.fixture
def unavailable(start_server: Callable[..., Server], monkeypatch: pytest.MonkeyPatch) -> Server:
    server = start_server()

    async def busy(*args: Any, **kwargs: Any) -> Any:
        raise DatabaseBusy("the database cannot be reached")

    for name in ("one", "all", "write"):
        monkeypatch.setattr(server.house.db, name, busy)
    return server


def get(url: str, data: bytes | None = None) -> tuple[int, Any, str]:
    try:
        with urllib.request.urlopen(url, data, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read().decode()


def test_sdks_are_told_what_they_try_again_for(unavailable: Server) -> None:
    with pytest.raises(ClientError) as caught:
        unavailable.client().list_user_pools(MaxResults=1)
    answer = caught.value.response
    assert answer["Error"]["Code"] == "InternalErrorException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


@pytest.mark.parametrize(
    "path", ["/us-east-1_Absent000/.well-known/jwks.json", "/us-east-1_Absent000/login"]
)
def test_browsers_and_libraries_as_well(unavailable: Server, path: str) -> None:
    status, headers, _ = get(unavailable.url + path)
    assert (status, headers["retry-after"]) == (503, "1")


def test_oauth_has_a_word_for_it(unavailable: Server) -> None:
    status, _, body = get(
        f"{unavailable.url}/us-east-1_Absent000/oauth2/token",
        b"grant_type=client_credentials&client_id=any&client_secret=any",
    )
    assert (status, json.loads(body)["error"]) == (503, "temporarily_unavailable")


def test_alive_but_not_ready(unavailable: Server) -> None:
    assert get(f"{unavailable.url}/health")[0] == 200
    status, headers, body = get(f"{unavailable.url}/health/ready")
    assert (status, headers["retry-after"]) == (503, "1")
    assert json.loads(body) == {"status": "database unavailable"}


def test_ready_when_it_can_write(server: Server) -> None:
    assert get(f"{server.url}/health/ready")[0] == 200


def test_a_server_that_is_about_to_end_says_so_first(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "poolhouse", "serve", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(
        [*command, "--drain-seconds", "30"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            _drain(process)
        finally:
            process.kill()


def _drain(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    line = next(line for line in process.stdout if "http://" in line)
    url = "http://127.0.0.1:" + line.split("http://")[1].split(":")[1].split()[0].strip("/")
    assert get(f"{url}/health/ready")[0] == 200
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 20
    while get(f"{url}/health/ready")[0] != 503 and time.monotonic() < deadline:
        time.sleep(0.02)  # a signal arrives when it does
    status, headers, body = get(f"{url}/health/ready")
    assert (status, json.loads(body)["status"]) == (503, "draining")
    status, headers, _ = get(f"{url}/health")
    assert (status, headers["connection"]) == (200, "close")
    process.send_signal(signal.SIGTERM)  # who asks twice is not kept waiting
    assert process.wait(15) == 0
