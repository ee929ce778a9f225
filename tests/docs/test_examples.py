"""Every example runs as its reader would run it: a program of its own, against a real server."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from server import Server

EXAMPLES = Path(__file__).parents[2] / "examples"

PRINTED = {
    "story.py": [
        "demo:membershipLevel = Premium",
        "scope = aws.cognito.signin.user.admin membership:USA.Premium",
    ],
    "id_token_only.py": ["ID token berth = C14", "access token has it = False"],
    "machine_tokens.py": ["hb:actingFor = ines", "scope = tides/read"],
    "enrichment.py": [
        "hb:plan = harbour hb:seats = 12",
        "scope = aws.cognito.signin.user.admin plan:harbour",
    ],
}


@pytest.fixture(scope="module")
def dynamodb_url() -> Iterator[str]:
    """A DynamoDB-compatible server on a socket of its own."""
    stand_in = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    stand_in.start()
    host, port = stand_in.get_host_and_port()
    yield f"http://{host}:{port}"
    stand_in.stop()


def test_every_example_is_here() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*PRINTED, "world.py"}


@pytest.mark.parametrize("name", PRINTED)
def test_an_example_prints_what_it_promises(
    server_of_today: Server, dynamodb_url: str, name: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", str(EXAMPLES / name)],
        env={
            **os.environ,
            "POOLHOUSE_URL": server_of_today.url,
            "AWS_ENDPOINT_URL_DYNAMODB": dynamodb_url,
        },
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == PRINTED[name]
