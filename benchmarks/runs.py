"""One measured run, and the runs of one cell: enough of them kept, or given up."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks import load, machine
from benchmarks.world import Scenario

LARGEST_FOREIGN_SHARE = 0.05
LARGEST_RAW_DRIFT = 0.10


@dataclass(frozen=True)
class Run:
    """``ratio`` is signatures per second over one core's raw rate in the same minute.

    ``foreign_share`` is what other processes took of all cores meanwhile. ``server_us`` is the CPU
    time of the server and its functions for one answer, signatures included.
    """

    server: str
    scenario: str
    trigger: str
    connections: int
    per_second: float
    ratio: float
    p50_ms: float
    p99_ms: float
    server_us: float
    raw_per_second: float
    foreign_share: float
    kept: bool

    @property
    def cell(self) -> tuple[str, str, str, int]:
        return self.server, self.scenario, self.trigger, self.connections


def read(path: Path) -> tuple[list[Run], list[str]]:
    """The runs that ``--output`` wrote, and the commits that were measured."""
    documents = list(map(json.loads, path.read_text(encoding="utf-8").splitlines()))
    commits = list(dict.fromkeys(each.pop("commit") for each in documents))
    return [Run(**each) for each in documents], commits


@dataclass(frozen=True)
class Effort:
    """How long and how often: ``wanted`` kept runs, or at most ``most`` runs."""

    seconds: float
    warm_seconds: float
    wanted: int
    most: int


def measure(server: str, scenario: Scenario, pid: int, connections: int, effort: Effort) -> Run:
    """Raw rate, warm-up, load, raw rate again. Exits when an answer was not a good one."""
    load.put(scenario, connections, effort.warm_seconds)
    raw_before = machine.raw_signatures_per_second()
    busy, own, served = machine.busy_seconds(), _own_seconds(pid), machine.tree_seconds(pid)
    started = time.monotonic()
    result = load.put(scenario, connections, effort.seconds)
    elapsed = time.monotonic() - started
    served = machine.tree_seconds(pid) - served
    foreign = (machine.busy_seconds() - busy) - (_own_seconds(pid) - own)
    raw_after = machine.raw_signatures_per_second()
    raw = (raw_before + raw_after) / 2
    if result.failures:
        raise SystemExit(f"{server}, {scenario.name}, trigger {scenario.trigger}: {result}")
    per_second = result.answers / result.seconds
    share = max(0.0, foreign) / (elapsed * (os.cpu_count() or 1))
    return Run(
        server=server,
        scenario=scenario.name,
        trigger=scenario.trigger,
        connections=connections,
        per_second=round(per_second, 1),
        ratio=round(per_second * scenario.signatures / raw, 3),
        p50_ms=round(result.p50_ms, 3),
        p99_ms=round(result.p99_ms, 3),
        server_us=round(served / max(1, result.answers) * 1e6, 1),
        raw_per_second=round(raw, 1),
        foreign_share=round(share, 3),
        kept=result.answers > 0
        and share <= LARGEST_FOREIGN_SHARE
        and abs(raw_after - raw_before) / raw <= LARGEST_RAW_DRIFT,
    )


def of_cell(
    server: str, scenario: Scenario, pid: int, connections: int, effort: Effort
) -> Iterator[Run]:
    """Runs until enough are kept or enough were tried; each is told on standard error."""
    kept = 0
    for _ in range(effort.most):
        run = measure(server, scenario, pid, connections, effort)
        print(json.dumps(asdict(run)), file=sys.stderr, flush=True)
        yield run
        kept += run.kept
        if kept >= effort.wanted:
            return


@dataclass(frozen=True)
class Cell:
    """The medians of a cell's kept runs. Without kept runs there is no figure: ``kept`` is 0."""

    server: str
    scenario: str
    trigger: str
    connections: int
    kept: int
    tried: int
    per_second: float
    ratio: float
    p50_ms: float
    p99_ms: float
    server_us: float
    raw_per_second: float


def cells(runs: Iterable[Run]) -> list[Cell]:
    """Every cell that was tried, in the order of its first run."""
    grouped: dict[tuple[str, str, str, int], list[Run]] = {}
    for run in runs:
        grouped.setdefault(run.cell, []).append(run)
    return [_cell(key, tried) for key, tried in grouped.items()]


def _cell(key: tuple[str, str, str, int], tried: list[Run]) -> Cell:
    kept = [run for run in tried if run.kept]

    def median(name: str) -> float:
        return statistics.median(getattr(run, name) for run in kept) if kept else 0.0

    return Cell(
        *key,
        kept=len(kept),
        tried=len(tried),
        per_second=median("per_second"),
        ratio=median("ratio"),
        p50_ms=median("p50_ms"),
        p99_ms=median("p99_ms"),
        server_us=median("server_us"),
        raw_per_second=median("raw_per_second"),
    )


def _own_seconds(pid: int) -> float:
    """The server's tree and ours; load generators are children of ours that ended: counted here."""
    times = os.times()
    ours = times.user + times.system + times.children_user + times.children_system
    return machine.tree_seconds(pid) + ours
