"""Measure token issuing against what the machine's OpenSSL can sign.

A cell is SCENARIO:TRIGGER:CONNECTIONS. For each of its runs: warm-up, raw rate, load, raw rate
again. A run is rejected when other processes took more than 5 % of the CPU or the raw rate moved
more than 10 %; a cell's figures are the medians of its kept runs. Needs wrk and openssl, and Linux.

  scenarios  sign-in, sign-in-light (with a hash that takes no time), srp, refresh,
             client_credentials, jwks
  triggers   none, python, node
  servers    openssl and multibuffer (poolhouse with that signer), oidc-provider, ministack;
             bare and bare-multibuffer (an application that only signs, and asks a process that
             does nothing: what no Python server can pass)
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from fnmatch import fnmatchcase
from pathlib import Path

from benchmarks import derived, machine, peers, report, runs, world
from benchmarks.runs import Effort, Run
from benchmarks.world import Scenario

PEERS_FOLDER = Path(tempfile.gettempdir()) / "poolhouse-peers"
ACCEPTANCE = (
    "client_credentials:*:32,refresh:*:32,refresh:*:1,client_credentials:*:1,sign-in:none:1,"
    "sign-in-light:none:1,srp:none:1"
)
ALL = "*:*:1,*:*:8,*:*:32"
# What is left of a sign-in then is all but the hash, without the caches that a hash of megabytes
# leaves cold, and without the time that it takes more or less from one run to the next.
_LIGHT_HASH = {"POOLHOUSE_HASH_MEMORY_KIB": "8", "POOLHOUSE_HASH_PASSES": "1"}


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options().parse_args(arguments)
    for tool in ("wrk", "openssl"):
        if shutil.which(tool) is None:
            sys.exit(f"the benchmark needs {tool} on PATH")
    effort = Effort(options.seconds, 1.0, options.runs, 2 * options.runs)
    if options.quick:
        effort = Effort(0.3, 0.1, 1, 1)
    cells = ALL if options.cells == "all" else options.cells
    wanted = (ACCEPTANCE if cells == "acceptance" else cells).split(",")
    found, commits = runs.read(options.input) if options.input else ([], [machine.commit()])
    for server in () if options.input else options.servers.split(","):
        for run in _of_server(server, wanted, options, effort):
            found.append(run)
            if options.output:
                with options.output.open("a", encoding="utf-8") as file:
                    file.write(json.dumps({**asdict(run), "commit": machine.commit()}) + "\n")
    cells_found = runs.cells(found)
    lines = derived.sentences(cells_found, derived.password_hash_ms())
    print("\n".join([*report.table(cells_found), "", *lines]))
    if options.report:
        told = f"{time.strftime('%Y-%m-%d')}, commit {', '.join(commits)}, {machine.name()}"
        report.write(options.report, cells_found, lines, told)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python3 dev.py bench",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--cells", default="acceptance", help="comma-separated, with * and ?; acceptance, or all")
    add("--servers", default="openssl", help="comma-separated; default: openssl")
    add("--workers", type=int, default=os.cpu_count() or 1, help="server processes of poolhouse")
    add("--seconds", type=float, default=3.0, help="of load in each run")
    add("--runs", type=int, default=3, help="kept runs of each cell; at most twice as many tried")
    add("--quick", action="store_true", help="one short run of each cell, to see that it works")
    add("--port", type=int, default=4599)
    add("--peers", type=Path, default=PEERS_FOLDER, help="where peers are installed")
    add("--output", type=Path, help="append every run here, as JSON lines")
    add("--input", type=Path, help="measure nothing: tell of the runs in such a file")
    add("--report", type=Path, help="write table and plot into this directory (docs/explanation)")
    return parser


def _of_server(
    server: str, wanted: Sequence[str], options: argparse.Namespace, effort: Effort
) -> Iterator[Run]:
    if server in peers.NAMES:
        folder = options.peers / server
        peers.install(server, folder)
        for trigger in ("none", "hook" if server == "oidc-provider" else "python"):
            with peers.running(server, folder, options.port, trigger) as (scenarios, pid):
                yield from _of_cells(server, scenarios, pid, wanted, effort)
        return
    with (
        tempfile.TemporaryDirectory() as data,
        world.running(Path(data), options.port, options.workers, server) as (url, pid),
    ):
        label = f"poolhouse ({server})"
        yield from _of_cells(label, world.scenarios(url), pid, wanted, effort)
    if not any(fnmatchcase("sign-in-light:none:1", pattern) for pattern in wanted):
        return
    with (
        tempfile.TemporaryDirectory() as data,
        world.running(Path(data), options.port, 1, server, _LIGHT_HASH) as (url, pid),
    ):
        light = [
            replace(each, name="sign-in-light")
            for each in world.scenarios_with(url, "none", srp=False)
            if each.name == "sign-in"
        ]
        yield from _of_cells(label, light, pid, wanted, effort)


def _of_cells(
    label: str, scenarios: Sequence[Scenario], pid: int, wanted: Sequence[str], effort: Effort
) -> Iterator[Run]:
    for scenario in scenarios:
        for connections in (1, 8, 32):
            cell = f"{scenario.name}:{scenario.trigger}:{connections}"
            if any(fnmatchcase(cell, pattern) for pattern in wanted):
                yield from runs.of_cell(label, scenario, pid, connections, effort)


if __name__ == "__main__":
    main()
