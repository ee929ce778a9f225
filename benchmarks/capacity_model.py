"""A small queueing model of several servers on one PostgreSQL: what saturates first, and when.

Each resource is a queue with a number of cores (or a serial log): an operation asks for a time of
each. The highest rate is where the busiest resource is; the time of an answer grows as in M/M/c
(Erlang's C formula) when it gets near. Pure: costs come in, figures come out. A server runs one
process on each of its cores.

Sources: Erlang (1917), "Solution of some problems in the theory of probabilities"; Denning and
Buzen (1978), "The operational analysis of queueing network models" (utilization law).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial


@dataclass(frozen=True, slots=True)
class Operation:
    """What one request costs; times are milliseconds of one core.

    ``server_ms`` is everything beside hash and signatures; ``statements`` are round trips to the
    database, ``commits`` those of its transactions that write, ``log_kib`` what these and its
    buffered row add to the log. ``buffered``: it leaves a row that its server process writes a
    moment later, together with those of the requests meanwhile.
    """

    name: str
    server_ms: float
    hashes: int
    signatures: int
    statements: float
    commits: float
    log_kib: float
    buffered: bool


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
    """Of the database's log, which is one: until a flush is done."""
    log_mib_per_second: float
    """What the log's disk takes when it is written in one go."""
    standby_ms: float
    """Beyond its own flush, until a synchronous standby has flushed too; others may flush then."""
    commits_per_flush: float
    """Commits that one flush carries when many wait (group commit)."""
    buffer_seconds: float
    """A server process writes its buffered rows when the first has waited for so long."""
    buffer_statements: float
    """Of one such write, its commit included."""
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


def buffered_commits(mix: Mix, costs: Costs, per_process: float) -> float:
    """Commits for an average request's buffered row, which it shares with those near it.

    ``per_process`` are requests a second of one server process. The fewer, the less is shared.
    """
    rows = sum(share for operation, share in mix.items() if operation.buffered)
    return rows / (1.0 + rows * per_process * costs.buffer_seconds) if rows else 0.0


def demands_ms(mix: Mix, costs: Costs, per_process: float = float("inf")) -> dict[str, float]:
    """Milliseconds that an average request asks of each kind of resource."""
    server = database = log = 0.0
    flush_ms = costs.log_flush_ms / costs.commits_per_flush
    for operation, share in mix.items():
        server += share * (
            operation.server_ms
            + operation.hashes * costs.hash_ms
            + operation.signatures * costs.signature_ms
        )
        database += share * (
            operation.statements * costs.statement_ms + operation.commits * costs.commit_ms
        )
        written_ms = operation.log_kib / 1024 / costs.log_mib_per_second * 1000
        log += share * (operation.commits * flush_ms + written_ms)
    buffered = buffered_commits(mix, costs, per_process)
    database += buffered * (costs.buffer_statements * costs.statement_ms + costs.commit_ms)
    log += buffered * flush_ms
    return {"server cores": server, "database cores": database, "database log": log}


def capacity_per_second(mix: Mix, costs: Costs, fleet: Fleet) -> dict[str, float]:
    """The highest rate that each resource allows; the lowest of these is the fleet's."""
    connections = min(
        fleet.servers * fleet.connections_per_server, fleet.shards * fleet.most_connections
    )
    places = {
        "server cores": fleet.servers * fleet.cores_per_server,
        "database cores": fleet.shards * fleet.database_cores,
        "database log": fleet.shards,
        "database connections": connections,
    }

    def busy(name: str, per_second: float) -> float:
        per_process = per_second / (fleet.servers * fleet.cores_per_server)
        if name == "database connections":
            demand = _connection_ms(mix, costs, per_process)
        else:
            demand = demands_ms(mix, costs, per_process)[name]
        return per_second * demand / 1000.0

    return {name: _highest(partial(busy, name), count) for name, count in places.items()}


def _highest(busy: Callable[[float], float], places: int) -> float:
    """The rate at which all ``places`` are busy; ``busy`` grows with its argument."""
    low, high = 0.0, 1e12
    if busy(high) <= places:
        return float("inf")
    while high - low > low * 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if busy(middle) <= places else (low, middle)
    return low


def bottleneck(allowed: Mapping[str, float]) -> tuple[str, float]:
    """The resource that saturates first, and the rate at which it does."""
    name = min(allowed, key=lambda each: allowed[each])
    return name, allowed[name]


def answer_ms(mix: Mix, costs: Costs, fleet: Fleet, per_second: float) -> float:
    """Mean time of an answer at a rate; infinite from saturation on."""
    if per_second >= bottleneck(capacity_per_second(mix, costs, fleet))[1]:
        return float("inf")
    per_process = per_second / (fleet.servers * fleet.cores_per_server)
    demands = demands_ms(mix, costs, per_process)
    on_server = _time_ms(
        demands["server cores"], per_second / fleet.servers, fleet.cores_per_server
    )
    on_database = _time_ms(
        demands["database cores"], per_second / fleet.shards, fleet.database_cores
    )
    trips = sum(share * operation.statements for operation, share in mix.items())
    commits = sum(share * operation.commits for operation, share in mix.items())
    flush_ms = costs.log_flush_ms + costs.standby_ms
    return on_server + on_database + trips * costs.round_trip_ms + commits * flush_ms


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


def _connection_ms(mix: Mix, costs: Costs, per_process: float) -> float:
    """How long an average request holds connections, when nothing waits."""
    trip_ms = costs.statement_ms + costs.round_trip_ms
    flush_ms = costs.commit_ms + costs.log_flush_ms + costs.standby_ms
    own = sum(
        share * (operation.statements * trip_ms + operation.commits * flush_ms)
        for operation, share in mix.items()
    )
    buffered = buffered_commits(mix, costs, per_process)
    return own + buffered * (costs.buffer_statements * trip_ms + flush_ms)
