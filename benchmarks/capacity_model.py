"""A small queueing model of several servers on one PostgreSQL: what saturates first, and when.

Each resource is a queue with a number of cores (or a serial log): an operation asks for a time of
each. The highest rate is where the busiest resource is; the time of an answer grows as in M/M/c
(Erlang's C formula) when it gets near. Pure: costs come in, figures come out.

Sources: Erlang (1917), "Solution of some problems in the theory of probabilities"; Denning and
Buzen (1978), "The operational analysis of queueing network models" (utilization law).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """What one request costs; times are milliseconds of one core.

    ``server_ms`` is everything beside hash and signatures; ``statements`` are round trips to the
    database, ``commits`` those of its transactions that write.
    """

    name: str
    server_ms: float
    hashes: int
    signatures: int
    statements: int
    commits: int


@dataclass(frozen=True, slots=True)
class Costs:
    """What a machine takes: measured, not guessed."""

    hash_ms: float
    signature_ms: float
    statement_ms: float
    """Of one core of the database, per statement."""
    commit_ms: float
    """Of one core of the database, per commit that writes."""
    log_flush_ms: float
    """Of the database's log, which is one: a flush, with the standby's answer."""
    commits_per_flush: float
    """Commits that one flush carries when many wait (group commit)."""
    round_trip_ms: float
    """Between server and database; nobody's core is busy meanwhile."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """The machines; all servers are alike, and the database is one (or ``shards`` of it)."""

    servers: int
    cores_per_server: int
    database_cores: int
    connections_per_server: int
    most_connections: int
    """What PostgreSQL serves well: some hundred of processes per machine, or a pooler in front."""
    shards: int = 1


Mix = Mapping[Operation, float]
"""Operations to their shares; the shares add up to 1."""


def demands_ms(mix: Mix, costs: Costs) -> dict[str, float]:
    """Milliseconds that an average request asks of each kind of resource."""
    server = database = log = 0.0
    for operation, share in mix.items():
        server += share * (
            operation.server_ms
            + operation.hashes * costs.hash_ms
            + operation.signatures * costs.signature_ms
        )
        database += share * (
            operation.statements * costs.statement_ms + operation.commits * costs.commit_ms
        )
        log += share * operation.commits * costs.log_flush_ms / costs.commits_per_flush
    return {"server cores": server, "database cores": database, "database log": log}


def capacity_per_second(mix: Mix, costs: Costs, fleet: Fleet) -> dict[str, float]:
    """The highest rate that each resource allows; the lowest of these is the fleet's."""
    demands = demands_ms(mix, costs)
    places = {
        "server cores": fleet.servers * fleet.cores_per_server,
        "database cores": fleet.shards * fleet.database_cores,
        "database log": fleet.shards,
    }
    allowed = {
        name: places[name] * 1000.0 / demand if demand else float("inf")
        for name, demand in demands.items()
    }
    held = _connection_ms(mix, costs)
    connections = min(
        fleet.servers * fleet.connections_per_server, fleet.shards * fleet.most_connections
    )
    allowed["database connections"] = connections * 1000.0 / held if held else float("inf")
    return allowed


def bottleneck(allowed: Mapping[str, float]) -> tuple[str, float]:
    """The resource that saturates first, and the rate at which it does."""
    name = min(allowed, key=lambda each: allowed[each])
    return name, allowed[name]


def answer_ms(mix: Mix, costs: Costs, fleet: Fleet, per_second: float) -> float:
    """Mean time of an answer at a rate; infinite from saturation on."""
    if per_second >= bottleneck(capacity_per_second(mix, costs, fleet))[1]:
        return float("inf")
    demands = demands_ms(mix, costs)
    on_server = _time_ms(
        demands["server cores"], per_second / fleet.servers, fleet.cores_per_server
    )
    on_database = _time_ms(
        demands["database cores"], per_second / fleet.shards, fleet.database_cores
    )
    trips = sum(share * operation.statements for operation, share in mix.items())
    commits = sum(share * operation.commits for operation, share in mix.items())
    return on_server + on_database + trips * costs.round_trip_ms + commits * costs.log_flush_ms


def waiting_share(load: float, cores: int) -> float:
    """Erlang's C: the share of requests that find all cores busy; ``load`` is in cores."""
    if load >= cores:
        return 1.0
    blocked = 1.0  # Erlang's B, by its recurrence: factorials would overflow
    for number in range(1, cores + 1):
        blocked = load * blocked / (number + load * blocked)
    busy = load / cores
    return blocked / (1.0 - busy + busy * blocked)


def _time_ms(demand_ms: float, per_second: float, cores: int) -> float:
    load = per_second * demand_ms / 1000.0
    if not demand_ms:
        return 0.0
    return demand_ms + waiting_share(load, cores) * demand_ms / (cores - load)


def _connection_ms(mix: Mix, costs: Costs) -> float:
    """How long an average request holds a connection, when nothing waits."""
    return sum(
        share
        * (
            operation.statements * (costs.statement_ms + costs.round_trip_ms)
            + operation.commits * (costs.commit_ms + costs.log_flush_ms)
        )
        for operation, share in mix.items()
    )
