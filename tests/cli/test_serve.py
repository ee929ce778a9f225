"""``poolhouse serve``: it says where it is, keeps to this machine, and ends without leftovers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import boto3
import pytest

import poolhouse as package
from command_line import PATIENCE_SECONDS, poolhouse, serving


def url_in(line: str) -> str:
    found = re.search(r"http://localhost:\d+", line)
    assert found is not None, line
    return found[0]


def client(url: str, service: Any) -> Any:
    session = boto3.Session("any", "any", region_name="us-east-1")
    return session.client(service, endpoint_url=url)


def get(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)


def children(pid: int) -> set[int]:
    """Every living process that descends from ``pid``."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True
    ).stdout
    pairs = [line.split() for line in listed.splitlines()]
    parents = {int(child): int(parent) for child, parent in pairs}
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def gone(pids: set[int]) -> bool:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while any(map(alive, pids)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def run_a_function(url: str) -> None:
    functions = client(url, "lambda")
    answer = functions.invoke(FunctionName="echo", Payload=b'{"a":1}')
    assert json.load(answer["Payload"]) == {"a": 1}


@pytest.fixture
def echo(tmp_path: Path) -> str:
    file = tmp_path / "echo.py"
    file.write_text("def handler(event, context):\n    print('heard')\n    return event\n")
    return f"echo={file}"


def test_one_line_says_where_everything_is(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with serving(data) as (process, line):
        url = url_in(line)
        assert line == (
            f"poolhouse {package.__version__} listens on {url} "
            f"(development: takes any credentials), data in {data}\n"
        )
        health = get(f"{url}/health")
        assert health["status"] == "ok"
        assert health["signer"] in ("openssl", "multibuffer")
        process.send_signal(signal.SIGTERM)
        assert process.stdout is not None
        assert process.stdout.read() == ""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_with_success_and_takes_its_functions_along(
    tmp_path: Path, echo: str, number: signal.Signals
) -> None:
    with serving(tmp_path / "data", "--function", echo) as (process, line):
        run_a_function(url_in(line))
        workers = children(process.pid)
        assert workers
        process.send_signal(number)
        assert process.wait(PATIENCE_SECONDS) == 0
    assert gone(workers)


def test_a_free_port_is_in_the_issuer(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (_, line):
        url = url_in(line)
        idp = client(url, "cognito-idp")
        pool = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
        document = get(f"{url}/{pool}/.well-known/openid-configuration")
        assert document["issuer"] == f"{url}/{pool}"


def test_pools_are_there_after_a_restart(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, line):
        idp = client(url_in(line), "cognito-idp")
        pool = idp.create_user_pool(PoolName="harbour")["UserPool"]["Id"]
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)
    with serving(tmp_path / "data") as (_, line):
        idp = client(url_in(line), "cognito-idp")
        assert idp.describe_user_pool(UserPoolId=pool)["UserPool"]["Name"] == "harbour"


def test_a_taken_port_is_told_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = poolhouse("serve", "--port", str(port), "--data", str(tmp_path))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        f"Error: cannot listen on 127.0.0.1 port {port}: Address already in use. "
        "Choose another with --port, or --port 0 for any free one.\n"
    )


def test_development_mode_keeps_to_this_machine(tmp_path: Path) -> None:
    done = poolhouse("serve", "--host", "0.0.0.0", "--port", "0", "--data", str(tmp_path))  # noqa: S104
    assert done.returncode == 1
    assert "development mode takes any credentials" in done.stderr


def test_a_bad_setting_ends_the_start(tmp_path: Path) -> None:
    done = poolhouse("serve", "--durability", "some", "--data", str(tmp_path))
    assert (done.returncode, done.stderr) == (1, "Error: durability must be one of full, normal\n")


def test_data_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, _):
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE_SECONDS)

    database = sqlite3.connect(tmp_path / "data" / "poolhouse.sqlite")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.execute("UPDATE installation SET value = '9999' WHERE name = 'oldest_server'")
    database.commit()
    database.close()
    with serving(tmp_path / "data", "--log-level", "error") as (process, line):
        assert line == ""
        assert process.wait(PATIENCE_SECONDS) == 1


@pytest.fixture
def two_workers(tmp_path: Path, echo: str) -> Any:
    with serving(tmp_path / "data", "--workers", "2", "--function", echo) as running:
        yield running


def test_several_workers_answer_as_one(two_workers: Any) -> None:
    process, line = two_workers
    url = url_in(line)
    pool = client(url, "cognito-idp").create_user_pool(PoolName="harbour")["UserPool"]["Id"]
    for _ in range(8):  # every call is a new connection: both workers get some
        again = client(url, "cognito-idp").describe_user_pool(UserPoolId=pool)
        assert again["UserPool"]["Name"] == "harbour"
        run_a_function(url)
    everyone = children(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE_SECONDS) == 0
    assert gone(everyone)


def test_workers_do_not_outlive_a_killed_supervisor(two_workers: Any) -> None:
    process, line = two_workers
    run_a_function(url_in(line))
    everyone = children(process.pid)
    os.kill(process.pid, signal.SIGKILL)
    process.wait(PATIENCE_SECONDS)
    assert gone(everyone)
