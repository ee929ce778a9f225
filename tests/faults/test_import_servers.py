"""User imports and the servers that run them: several at once, and one that is killed."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

import databases
from account_world import World, make_world
from command_line import serving
from import_world import create, csv, describe, finished, header, put, start
from poolhouse.imports import files, runner
from server import START_MS, Server, running

MANY = 20_000


def world_of(url: str) -> World:
    """A pool on a server that is a process of its own."""
    session = boto3.Session("any", "any", region_name="us-east-1")
    idp = session.client("cognito-idp", endpoint_url=url)
    pool = idp.create_user_pool(PoolName="harbour", AutoVerifiedAttributes=["email"])["UserPool"]
    server: Any = None
    return World(server, idp, pool["Id"], "")


def uploaded(world: World, rows: int) -> dict[str, Any]:
    job = create(world)
    users = [{"cognito:username": f"user-{n}"} for n in range(rows)]
    assert put(job["PreSignedUrl"], csv(header(world), users)) == 200
    return job


def log_of(data: Path, world: World, job: dict[str, Any]) -> list[str]:
    group = data / "logs/aws/cognito/userpools" / world.pool_id
    path = group / "harbour" / job["JobId"] / "crew.log"
    text: str = path.read_text(encoding="utf-8")
    return text.splitlines()


def each_line_once(rows: int) -> list[str]:
    return [f"[SUCCEEDED] Line Number {n + 2} - The import succeeded." for n in range(rows)]


def test_two_servers_do_the_work_of_one(
    start_server: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "_BATCH_ROWS", 10)
    data = tmp_path / "shared"
    with running(data) as other:
        world = make_world(start_server(data))
        elsewhere = World(other, other.client(), world.pool_id, world.client_id)
        job = uploaded(world, 600)
        start(world, job)
        # Whoever is asked about a job looks for work: both do, again and again.
        while describe(world, job)["Status"] in ("Pending", "InProgress"):
            describe(elsewhere, job)
            other.loop.call_soon_threadsafe(other.house.import_started.set)
        done = finished(elsewhere, job)
    assert (done["Status"], done["ImportedUsers"], done["SkippedUsers"]) == ("Succeeded", 600, 0)
    assert log_of(data, world, job) == each_line_once(600)


@pytest.mark.skipif(databases.on_postgresql(), reason="the processes share a file")
def test_a_killed_server_leaves_the_job_where_it_was(tmp_path: Path) -> None:
    with serving(tmp_path) as (process, line):
        found = re.search(r"http://\S+", line)
        assert found is not None, line
        world = world_of(found[0])
        job = uploaded(world, MANY)
        start(world, job)
        while describe(world, job)["ImportedUsers"] == 0:
            continue
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)
    with running(tmp_path) as server:
        world = World(server, server.client(), world.pool_id, "")
        server.clock.advance(seconds=time.time() - START_MS / 1000)
        held = describe(world, job)
        assert held["Status"] == "InProgress"
        assert 0 < held["ImportedUsers"] < MANY
        server.clock.advance(seconds=60)  # nobody has heard of its runner for so long
        done = finished(world, job)
        assert (done["Status"], done["ImportedUsers"]) == ("Succeeded", MANY)
        assert (done["SkippedUsers"], done["FailedUsers"]) == (0, 0)
        assert log_of(tmp_path, world, job) == each_line_once(MANY)


def test_a_job_has_not_ended_before_its_log_is_whole(
    start_server: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, may_end = files.write_log, threading.Event()

    def held_back(path: Path, position: int, text: str) -> None:
        if text and not may_end.is_set():
            raise OSError("no space left on the device")
        write(path, position, text)

    monkeypatch.setattr(files, "write_log", held_back)
    server = start_server(tmp_path)
    world = make_world(server)
    job = uploaded(world, 3)
    start(world, job)
    while (held := describe(world, job))["ImportedUsers"] == 0:
        continue
    assert (held["Status"], held["ImportedUsers"]) == ("InProgress", 3)
    may_end.set()  # the next who looks at it finds that only the log was missing
    done = finished(world, job)
    assert (done["Status"], done["ImportedUsers"], done["SkippedUsers"]) == ("Succeeded", 3, 0)
    assert log_of(tmp_path, world, job) == each_line_once(3)
