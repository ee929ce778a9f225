"""Measure token issuing against what the machine's OpenSSL can sign.

For each scenario: raw rate, warm-up, a measured run, raw rate again. A run is rejected when other
processes took more than 5 % of the CPU or the raw rate moved more than 10 %; the median of the
kept runs counts. Needs ``wrk`` and ``openssl`` on PATH, and Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import machine, world

LARGEST_FOREIGN_SHARE = 0.05
LARGEST_RAW_DRIFT = 0.10


@dataclass(frozen=True)
class Run:
    """One measured run. ``ratio`` is signatures per second over one core's raw rate."""

    scenario: str
    trigger: str
    connections: int
    per_second: float
    ratio: float
    p50_ms: float
    p99_ms: float
    raw_per_second: float
    foreign_share: float
    kept: bool


def measure(scenario: world.Scenario, pid: int, connections: int, seconds: int) -> Run:
    raw_before = machine.raw_signatures_per_second()
    _wrk(scenario, connections, 1)
    busy, own, started = machine.busy_seconds(), _own_seconds(pid), time.monotonic()
    result = _wrk(scenario, connections, seconds)
    elapsed = time.monotonic() - started
    foreign = (machine.busy_seconds() - busy) - (_own_seconds(pid) - own)
    raw_after = machine.raw_signatures_per_second()
    raw = (raw_before + raw_after) / 2
    if result["refused"] or result["broken"]:
        raise SystemExit(f"{scenario.name}, trigger {scenario.trigger}: {result}")
    per_second = result["requests"] / result["seconds"]
    share = max(0.0, foreign) / (elapsed * (os.cpu_count() or 1))
    return Run(
        scenario=scenario.name,
        trigger=scenario.trigger,
        connections=connections,
        per_second=round(per_second, 1),
        ratio=round(per_second * scenario.signatures / raw, 3),
        p50_ms=result["p50_ms"],
        p99_ms=result["p99_ms"],
        raw_per_second=round(raw, 1),
        foreign_share=round(share, 3),
        kept=share <= LARGEST_FOREIGN_SHARE
        and abs(raw_after - raw_before) / raw <= LARGEST_RAW_DRIFT,
    )


def _own_seconds(pid: int) -> float:
    """The server's tree and ours; wrk is a child of ours that has ended, so it is counted here."""
    times = os.times()
    ours = times.user + times.system + times.children_user + times.children_system
    return machine.tree_seconds(pid) + ours


def _wrk(scenario: world.Scenario, connections: int, seconds: int) -> dict[str, float]:
    script = str(Path(__file__).with_name("load.lua"))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s"]
    headers = "\n".join(f"{name}: {value}" for name, value in scenario.headers.items())
    environment = {**os.environ, "BODY": scenario.body, "HEADERS": headers}
    text = subprocess.run(
        [*command, "-s", script, scenario.url],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    line = next(line for line in text.splitlines() if line.startswith("{"))
    result: dict[str, float] = json.loads(line)
    return result


def table(runs: list[Run]) -> Iterator[str]:
    """The medians of the kept runs, as Markdown."""
    yield "| scenario | trigger | clients | answers/s | signatures/raw | p50 ms | p99 ms | runs |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    cells: dict[tuple[str, str, int], list[Run]] = {}
    for run in runs:
        cells.setdefault((run.scenario, run.trigger, run.connections), []).append(run)
    for (scenario, trigger, connections), all_runs in cells.items():
        kept = [run for run in all_runs if run.kept]
        chosen = kept or all_runs
        figures = [
            statistics.median(getattr(run, name) for run in chosen)
            for name in ("per_second", "ratio", "p50_ms", "p99_ms")
        ]
        count = f"{len(kept)} kept of {len(all_runs)}"
        yield (
            f"| {scenario} | {trigger} | {connections} | {figures[0]:.0f} | {figures[1]:.2f} "
            f"| {figures[2]:.1f} | {figures[3]:.1f} | {count} |"
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 dev.py bench", description=__doc__)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--connections", default="1,32")
    parser.add_argument("--seconds", type=int, default=4)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="", help="scenario names, comma-separated")
    parser.add_argument("--triggers", default="none,python,node")
    parser.add_argument("--port", type=int, default=4599)
    parser.add_argument("--output", type=Path, help="append every run here, as JSON lines")
    options = parser.parse_args()
    for tool in ("wrk", "openssl"):
        if shutil.which(tool) is None:
            sys.exit(f"the benchmark needs {tool} on PATH")
    runs: list[Run] = []
    with (
        tempfile.TemporaryDirectory() as directory,
        world.running(Path(directory), options.port, options.workers) as (url, pid),
    ):
        for scenario in world.scenarios(url):
            wanted = not options.only or scenario.name in options.only.split(",")
            if not wanted or scenario.trigger not in options.triggers.split(","):
                continue
            for connections in map(int, options.connections.split(",")):
                runs += _enough(scenario, pid, connections, options.seconds, options.runs)
    if options.output:
        with options.output.open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(run)) + "\n" for run in runs)
    print("\n".join(table(runs)))


def _enough(
    scenario: world.Scenario, pid: int, connections: int, seconds: int, wanted: int
) -> list[Run]:
    """Runs until enough are kept, or twice as many were tried."""
    runs: list[Run] = []
    while len(runs) < 2 * wanted and sum(run.kept for run in runs) < wanted:
        runs.append(measure(scenario, pid, connections, seconds))
        print(json.dumps(asdict(runs[-1])), file=sys.stderr, flush=True)
    return runs


if __name__ == "__main__":
    main()
