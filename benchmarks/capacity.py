"""What a fleet can serve, and what saturates first: a model, checked where it can be measured.

    python3 dev.py bench capacity                    # the model
    python3 dev.py bench capacity --measure-costs    # with its costs as they are here, kept
    python3 dev.py bench capacity --measure          # and one and two servers on a PostgreSQL here

The costs are in ``benchmarks/costs.json``. ``--measure`` prints what the model says of one and two
servers of one process on this machine beside what they did. Servers, database, standby, the load
and whatever else runs share the machine's cores, and so they do in the model.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import load, machine, world
from benchmarks.capacity_model import (
    Costs,
    Fleet,
    Mix,
    Operation,
    answer_ms,
    bottleneck,
    capacity_per_second,
    demands_ms,
)
from benchmarks.costs import MASTER_KEY
from benchmarks.costs import measure as measured_costs
from benchmarks.postgresql_pair import PostgresqlPair, free_port

COSTS_FILE = Path(__file__).with_name("costs.json")
USERS = 40_000_000
# Of each user on a busy day, its busiest hour taken as a tenth of it.
_SIGN_INS_A_DAY = 0.2
_REFRESHES_A_DAY = 8.0
_BUSIEST_HOUR = 0.1
_CONNECTIONS = 8  # to each server
_RUNS = 3


def read_costs(path: Path = COSTS_FILE) -> tuple[Costs, dict[str, Operation]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    operations = {
        name: Operation(name, **figures) for name, figures in document["operations"].items()
    }
    return Costs(**document["costs"], **document["assumed"]), operations


def busiest_mix(operations: Mapping[str, Operation]) -> tuple[Mix, float]:
    """Shares of sign-ins and refreshes, and how many there are in a second of the busiest hour."""
    total = _SIGN_INS_A_DAY + _REFRESHES_A_DAY
    mix = {
        operations["sign-in"]: _SIGN_INS_A_DAY / total,
        operations["refresh"]: _REFRESHES_A_DAY / total,
    }
    return mix, USERS * total * _BUSIEST_HOUR / 3600


def fleets(costs: Costs, operations: Mapping[str, Operation]) -> Iterator[str]:
    """Tables of what 1 to 1,000 servers can do, as Markdown."""
    mix, wanted = busiest_mix(operations)
    yield f"{USERS:,} users, busiest hour: {wanted:,.0f} requests a second"
    yield ""
    yield "| servers | databases | requests/s | saturates first | answer at half of it, ms |"
    yield "| --- | --- | --- | --- | --- |"
    for servers in (1, 2, 10, 100, 1000):
        for shards in (1, 16):
            if shards > 1 and servers < 100:
                continue
            fleet = Fleet(
                servers=servers,
                cores_per_server=8,
                database_cores=32,
                connections_per_server=80,
                most_connections=500,
                shards=shards,
            )
            name, limit = bottleneck(capacity_per_second(mix, costs, fleet))
            half = answer_ms(mix, costs, fleet, limit / 2)
            enough = " (enough)" if limit >= wanted else ""
            yield f"| {servers:,} | {shards} | {limit:,.0f}{enough} | {name} | {half:.1f} |"


@dataclass(frozen=True, slots=True)
class _Rate:
    """What a run did: CPU times are milliseconds for each of its requests."""

    per_second: float
    load_ms: float
    standby_ms: float
    others: float
    """Cores that were busy with neither servers, database nor load."""


def measured(costs: Costs, operation: Operation, seconds: float) -> Iterator[str]:
    """One and two servers here, beside the model of a machine that all of them share."""
    cores = os.cpu_count() or 1
    yield "| servers | model, refreshes/s | measured | model/measured | busy with others, cores |"
    yield "| --- | --- | --- | --- | --- |"
    for servers in (1, 2):
        rates, raw = [], []
        for _ in range(_RUNS):
            raw.append(machine.raw_signatures_per_second())
            rates.append(_refresh_rate(servers, seconds))
        rate = sorted(rates, key=lambda each: each.per_second)[_RUNS // 2]
        # A machine that others use, too, is not equally fast at all times: what a signature takes
        # now says how fast its cores are.
        pace = 1000 / statistics.median(raw) / costs.signature_ms
        demand = demands_ms({operation: 1.0}, costs, rate.per_second / servers)
        demand |= {name: demand[name] * pace for name in ("server cores", "database cores")}
        # A server process is one core's worth; what is left the database and the load need.
        of_servers = servers * 1000 / demand["server cores"]
        of_all = demand["server cores"] + demand["database cores"] + rate.standby_ms + rate.load_ms
        model = min(of_servers, (cores - rate.others) * 1000 / of_all)
        yield (
            f"| {servers} | {model:.0f} | {rate.per_second:.0f} | {model / rate.per_second:.2f} "
            f"| {rate.others:.2f} |"
        )


def _refresh_rate(servers: int, seconds: float) -> _Rate:
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)  # PostgreSQL runs as somebody else
        pair = PostgresqlPair(directory / "postgresql")
        stack.callback(pair.close)
        environment = {
            "POOLHOUSE_DATABASE": pair.url("poolhouse"),
            "POOLHOUSE_MASTER_KEY": MASTER_KEY,
            "POOLHOUSE_PUBLIC_URL": "http://localhost:4566",
        }
        urls, pids = [], [pair.pid("primary"), pair.pid("standby")]
        for number in range(servers):
            data = directory / str(number)
            url, pid = stack.enter_context(
                world.running(data, free_port(), 1, environment=environment)
            )
            urls.append(url)
            pids.append(pid)
        refresh = next(
            each
            for each in world.scenarios_with(urls[0], "none", srp=False)
            if each.name == "refresh"
        )
        loads = [replace(refresh, url=f"{url}/") for url in urls]
        with ThreadPoolExecutor(servers) as pool:
            list(pool.map(lambda each: load.put(each, _CONNECTIONS, 1), loads))  # warms up
            all_before, before = machine.busy_seconds(), [machine.tree_seconds(pid) for pid in pids]
            own_before, begun = os.times(), time.monotonic()
            done = list(pool.map(lambda each: load.put(each, _CONNECTIONS, seconds), loads))
        elapsed, own_after = time.monotonic() - begun, os.times()
        spent = [machine.tree_seconds(pid) - was for pid, was in zip(pids, before, strict=True)]
        of_load = sum(own_after[:4]) - sum(own_before[:4])
        others = (machine.busy_seconds() - all_before - sum(spent) - of_load) / elapsed
        if any(each.failures for each in done):
            raise SystemExit(f"failures: {done}")
        answers = sum(each.answers for each in done)
        return _Rate(
            sum(each.answers / each.seconds for each in done),
            of_load * 1000 / answers,
            spent[1] * 1000 / answers,
            max(0.0, others),
        )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 dev.py bench capacity", description=__doc__)
    parser.add_argument("--costs", type=Path, default=COSTS_FILE)
    parser.add_argument(
        "--signature-ms", type=float, help="of this machine, in place of the file's"
    )
    parser.add_argument("--measure", action="store_true", help="needs PostgreSQL and wrk")
    parser.add_argument(
        "--measure-costs", action="store_true", help="writes them anew; needs PostgreSQL"
    )
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
    if given.measure_costs:
        document = json.dumps(measured_costs(given.seconds), indent=2)
        given.costs.write_text(document + "\n", encoding="utf-8")
    costs, operations = read_costs(given.costs)
    if given.signature_ms:
        costs = replace(costs, signature_ms=given.signature_ms)
    print("\n".join(fleets(costs, operations)))
    if given.measure:
        print()
        for line in measured(costs, operations["refresh"], given.seconds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
