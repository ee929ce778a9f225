"""``kill -9`` in the middle of work: what was acknowledged is there after the restart."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

PASSWORD = "Harbour-lights-7"
USERS = 1000
WRITERS = 4


@contextmanager
def _serving(data: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    command = [sys.executable, "-m", "poolhouse", "serve", "--port", "0", "--data", str(data)]
    command += ["--hash-memory-kib", "8", "--hash-passes", "1", "--log-level", "error"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    line = process.stdout.readline()
    url = next(word for word in line.split() if word.startswith("http://"))
    try:
        yield url, process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(30)
        process.stdout.close()


def _client(url: str) -> Any:
    config = Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=10)
    session = boto3.Session("any", "any", region_name="us-east-1")
    return session.client("cognito-idp", endpoint_url=url, config=config)


def _make_and_sign_in(
    url: str, pool: str, client: str, names: list[str], acknowledged: dict[str, str | None]
) -> None:
    """Create users and sign them in until the server is gone; note what was answered."""
    idp = _client(url)
    for name in names:
        try:
            idp.admin_create_user(UserPoolId=pool, Username=name, MessageAction="SUPPRESS")
            acknowledged[name] = None
            idp.admin_set_user_password(
                UserPoolId=pool, Username=name, Password=PASSWORD, Permanent=True
            )
            answer = idp.initiate_auth(
                ClientId=client,
                AuthFlow="USER_PASSWORD_AUTH",
                AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
            )
            acknowledged[name] = answer["AuthenticationResult"]["RefreshToken"]
        except (BotoCoreError, ClientError):
            return


@pytest.mark.alone
def test_everything_acknowledged_survives(tmp_path: Path) -> None:
    acknowledged: dict[str, str | None] = {}
    with _serving(tmp_path) as (url, process):
        idp = _client(url)
        pool = idp.create_user_pool(PoolName="kill")["UserPool"]["Id"]
        client = idp.create_user_pool_client(
            UserPoolId=pool,
            ClientName="app",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )["UserPoolClient"]["ClientId"]
        names = [f"user{number}" for number in range(USERS)]
        writers = [
            threading.Thread(
                target=_make_and_sign_in,
                args=(url, pool, client, names[number::WRITERS], acknowledged),
            )
            for number in range(WRITERS)
        ]
        for writer in writers:
            writer.start()
        deadline = time.monotonic() + 120
        while len(acknowledged) < USERS // 2 and time.monotonic() < deadline:
            time.sleep(0.01)  # waits for a number of answers, not for a time
        os.kill(process.pid, signal.SIGKILL)
        for writer in writers:
            writer.join(30)
    assert USERS // 2 <= len(acknowledged) < USERS
    with _serving(tmp_path) as (url, _):
        idp = _client(url)
        for name, refresh_token in acknowledged.items():
            user = idp.admin_get_user(UserPoolId=pool, Username=name)
            assert user["Username"] == name
            if refresh_token is None:
                continue
            tokens = idp.initiate_auth(
                ClientId=client,
                AuthFlow="REFRESH_TOKEN_AUTH",
                AuthParameters={"REFRESH_TOKEN": refresh_token},
            )
            assert tokens["AuthenticationResult"]["AccessToken"]
        with urllib.request.urlopen(f"{url}/{pool}/.well-known/jwks.json") as keys:
            assert keys.status == 200
