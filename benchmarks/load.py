"""Load generators: wrk for one request again and again, our own processes for SRP."""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks import srp_load
from benchmarks.world import Scenario


@dataclass(frozen=True)
class Load:
    """What came of it: answers, the time of it, and how long one took."""

    answers: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failures: int


def put(scenario: Scenario, connections: int, seconds: float) -> Load:
    """Keep ``connections`` requests of ``scenario`` under way for ``seconds``."""
    if scenario.srp is not None:
        return _srp(scenario, connections, seconds)
    return _wrk(scenario, connections, seconds)


def _wrk(scenario: Scenario, connections: int, seconds: float) -> Load:
    script = str(Path(__file__).with_name("load.lua"))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s"]
    headers = "\n".join(f"{name}: {value}" for name, value in scenario.headers.items())
    environment = {**os.environ, "METHOD": scenario.method, "HEADERS": headers}
    if scenario.body:
        environment["BODY"] = scenario.body
    text = subprocess.run(
        [*command, "-s", script, scenario.url],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    result = json.loads(next(line for line in text.splitlines() if line.startswith("{")))
    return Load(
        int(result["requests"]),
        float(result["seconds"]),
        float(result["p50_ms"]),
        float(result["p99_ms"]),
        int(result["refused"] + result["broken"]),
    )


def _srp(scenario: Scenario, connections: int, seconds: float) -> Load:
    """In processes of our own, because a client's part of SRP costs as much as the server's."""
    assert scenario.srp is not None
    context = multiprocessing.get_context("spawn")
    processes = min(connections, os.cpu_count() or 1)
    shares = [len(range(number, connections, processes)) for number in range(processes)]
    with context.Pool(processes) as pool:
        found = pool.starmap(
            srp_load.run, [(scenario.url, scenario.srp, share, seconds) for share in shares]
        )
    times = sorted(each for took, _ in found for each in took)
    failures = sum(failed for _, failed in found)
    if not times:
        return Load(0, seconds, 0.0, 0.0, failures)
    return Load(
        len(times),
        seconds,
        times[len(times) // 2] * 1000,
        times[min(len(times) - 1, int(len(times) * 0.99))] * 1000,
        failures,
    )
