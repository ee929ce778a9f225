"""Two server processes: one count of metrics, one audit trail in two chains."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from command_line import serving
from poolhouse.client.server import Client

SIGN_INS = 24


def _client(url: str) -> Any:
    return boto3.client(
        "cognito-idp",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(retries={"max_attempts": 0}),
    )


@pytest.fixture
def url(tmp_path: Path) -> Any:
    with serving(tmp_path / "data", "--workers", "2") as (_, line):
        found = re.search(r"http://\S+", line)
        assert found is not None
        yield found[0]


def _issued(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        text = answer.read().decode()
    found = re.findall(
        r'^poolhouse_issuances_total\{.*outcome="issued".*\} (\S+)$', text, re.MULTILINE
    )
    return sum(map(float, found))


def test_every_process_is_in_the_counts_and_in_the_trail(url: str) -> None:
    idp = _client(url)
    pool = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    app = idp.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]["ClientId"]
    idp.admin_create_user(UserPoolId=pool, Username="ines", MessageAction="SUPPRESS")
    idp.admin_set_user_password(
        UserPoolId=pool, Username="ines", Password="Harbour-lights-7", Permanent=True
    )
    for _ in range(SIGN_INS):  # a new connection each, so that both processes get some
        _client(url).initiate_auth(
            ClientId=app,
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ines", "PASSWORD": "Harbour-lights-7"},
        )
    # Whichever process is asked, it answers for both.
    assert {_issued(url) for _ in range(6)} == {SIGN_INS}
    client = Client(url)
    chains: Counter[str] = Counter()
    for _ in range(40):  # another process's buffer is written within its interval
        records = client.call("GET", f"pools/{pool}/audit", query={"kind": "issued"})["records"]
        chains = Counter(record["chain"] for record in records)
        if chains.total() == SIGN_INS:
            break
    assert chains.total() == SIGN_INS
    assert len(chains) == 2
    assert client.call("POST", f"pools/{pool}/audit/verify", {})["faults"] == []


def _sockets_of_workers(supervisor: int) -> list[int]:
    """How many sockets each server process has open (Linux)."""
    children = Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()
    return [
        sum(os.readlink(each).startswith("socket:") for each in Path(f"/proc/{pid}/fd").iterdir())
        for pid in children
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux divides connections")
def test_connections_are_divided_between_the_processes(tmp_path: Path) -> None:
    with serving(tmp_path / "data", "--workers", "2") as (process, line):
        found = re.search(r"http://([^:]+):(\d+)", line)
        assert found is not None
        before = _sockets_of_workers(process.pid)
        connections = [
            http.client.HTTPConnection(found[1], int(found[2]), timeout=30) for _ in range(64)
        ]
        for connection in connections:  # all at once, as a client's pool of them is opened
            connection.connect()
        for connection in connections:
            connection.request("GET", "/health")
            assert connection.getresponse().read()
        held = [
            after - b for after, b in zip(_sockets_of_workers(process.pid), before, strict=True)
        ]
        for connection in connections:
            connection.close()
    assert sum(held) == 64
    assert min(held) >= 10  # a fair coin gives fewer once in 10 million runs


def test_a_second_server_does_not_share_the_port_unnoticed(tmp_path: Path) -> None:
    with serving(tmp_path / "one", "--workers", "2") as (_, line):
        found = re.search(r"http://[^:]+:(\d+)", line)
        assert found is not None
        command = [sys.executable, "-m", "poolhouse", "serve", "--workers", "2"]
        second = subprocess.run(
            [*command, "--port", found[1], "--data", str(tmp_path / "two")],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert second.returncode != 0
    assert f"cannot listen on 127.0.0.1 port {found[1]}" in second.stderr + second.stdout
