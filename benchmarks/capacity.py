"""What a fleet can serve, and what saturates first: a model, checked where it can be measured.

    python3 dev.py bench capacity              # the model, with the costs of docs/explanation
    python3 dev.py bench capacity --measure    # and one and two servers on a PostgreSQL here

The costs are in ``benchmarks/costs.json``. ``--measure`` prints what the model says of one and two
servers of one process on this machine beside what they did; its servers, its database and the load
share the machine's cores, and so they do in the model.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks import world
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
from benchmarks.postgresql_pair import PostgresqlPair, free_port

COSTS_FILE = Path(__file__).with_name("costs.json")
USERS = 40_000_000
# Of each user on a busy day, its busiest hour taken as a tenth of it.
_SIGN_INS_A_DAY = 0.2
_REFRESHES_A_DAY = 8.0
_BUSIEST_HOUR = 0.1
_TRANSACTIONS = "SELECT xact_commit FROM pg_stat_database WHERE datname = 'poolhouse'"
_STATISTICS_SECONDS = 1.5  # PostgreSQL tells its counts a moment later


def read_costs(path: Path = COSTS_FILE) -> tuple[Costs, dict[str, Operation]]:
    document = json.loads(path.read_text(encoding="utf-8"))
    operations = {
        name: Operation(name, **figures) for name, figures in document["operations"].items()
    }
    return Costs(**document["costs"]), operations


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
    yield "| servers | shards | requests/s | saturates first | answer at half of it, ms |"
    yield "| --- | --- | --- | --- | --- |"
    for servers in (1, 2, 10, 100, 1000):
        for shards in (1, 16):
            fleet = Fleet(
                servers=servers,
                cores_per_server=8,
                database_cores=32,
                connections_per_server=80,
                most_connections=500,
                shards=shards,
            )
            name, limit = bottleneck(capacity_per_second(mix, costs, fleet))
            if shards > 1 and name == "server cores" and servers < 100:
                continue  # says what one database says
            half = answer_ms(mix, costs, fleet, limit / 2)
            enough = " (enough)" if limit >= wanted else ""
            yield f"| {servers:,} | {shards} | {limit:,.0f}{enough} | {name} | {half:.1f} |"


def measured(costs: Costs, operation: Operation, seconds: float) -> Iterator[str]:
    """One and two servers here, beside the model of a machine that all of them share."""
    cores = os.cpu_count() or 1
    demand = demands_ms({operation: 1.0}, costs)
    yield "| servers | model, refreshes/s | measured | model/measured | transactions per refresh |"
    yield "| --- | --- | --- | --- | --- |"
    for servers in (1, 2):
        per_second, client_ms, transactions = _refresh_rate(servers, seconds)
        # A server process is one core's worth; what is left the database and the load need.
        of_servers = servers * 1000 / demand["server cores"]
        of_machine = cores * 1000 / (sum(demand.values()) + client_ms)
        model = min(of_servers, of_machine)
        yield (
            f"| {servers} | {model:.0f} | {per_second:.0f} | {model / per_second:.2f} "
            f"| {transactions:.1f} |"
        )


def _refresh_rate(servers: int, seconds: float) -> tuple[float, float, float]:
    """Refreshes a second; for each the load's own milliseconds, and the database's transactions."""
    with ExitStack() as stack:
        directory = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        directory.chmod(0o755)  # PostgreSQL runs as somebody else
        pair = PostgresqlPair(directory / "postgresql")
        stack.callback(pair.close)
        environment = {
            "POOLHOUSE_DATABASE": pair.url("poolhouse"),
            "POOLHOUSE_MASTER_KEY": base64.b64encode(bytes(32)).decode(),
            "POOLHOUSE_PUBLIC_URL": "http://localhost:4566",
        }
        urls = []
        for number in range(servers):
            data = directory / str(number)
            url, _ = stack.enter_context(
                world.running(data, free_port(), 1, environment=environment)
            )
            urls.append(url)
        scenario = next(
            each for each in world.scenarios_with(urls[0], "none") if each.name == "refresh"
        )
        transactions = int(pair.query("primary", _TRANSACTIONS))
        stop = time.monotonic() + seconds
        before, started = os.times(), time.monotonic()
        with ThreadPoolExecutor(4 * servers) as pool:
            counts = list(
                pool.map(lambda n: _repeat(scenario, urls[n % servers], stop), range(4 * servers))
            )
        elapsed, after = time.monotonic() - started, os.times()
        own = after.user + after.system - before.user - before.system
        time.sleep(_STATISTICS_SECONDS)
        transactions = int(pair.query("primary", _TRANSACTIONS)) - transactions
        done = max(1, sum(counts))
        return done / elapsed, own * 1000 / done, transactions / done


def _repeat(scenario: world.Scenario, url: str, stop: float) -> int:
    host = url.removeprefix("http://")
    connection = http.client.HTTPConnection(host, timeout=30)
    done = 0
    while time.monotonic() < stop:
        connection.request("POST", "/", scenario.body, scenario.headers)
        answer = connection.getresponse()
        text: Any = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status} {text.decode()}")
        done += 1
    return done


def main() -> None:
    parser = argparse.ArgumentParser(prog="python3 dev.py bench capacity", description=__doc__)
    parser.add_argument("--costs", type=Path, default=COSTS_FILE)
    parser.add_argument(
        "--signature-ms", type=float, help="of this machine, in place of the file's"
    )
    parser.add_argument("--measure", action="store_true", help="needs PostgreSQL")
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
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
