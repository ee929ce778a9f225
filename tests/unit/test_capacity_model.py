"""The capacity model against what is known without it: limits, laws and monotony."""

from __future__ import annotations

from dataclasses import replace

import pytest
from benchmarks.capacity_model import (
    Costs,
    Fleet,
    Operation,
    answer_ms,
    bottleneck,
    buffered_commits,
    capacity_per_second,
    demands_ms,
    waiting_share,
)
from hypothesis import given
from hypothesis import strategies as st

COSTS = Costs(
    hash_ms=30.0,
    signature_ms=0.5,
    statement_ms=0.05,
    commit_ms=0.1,
    log_flush_ms=1.0,
    log_mib_per_second=1000.0,
    standby_ms=0.5,
    commits_per_flush=10.0,
    buffer_seconds=0.25,
    buffer_statements=4,
    round_trip_ms=0.2,
)
SIGN_IN = Operation("sign-in", 1.0, 1, 2, statements=10, commits=2, log_kib=0, buffered=False)
REFRESH = Operation("refresh", 0.5, 0, 2, statements=8, commits=1, log_kib=0, buffered=False)
READ = Operation("read", 0.4, 0, 0, statements=0, commits=0, log_kib=0, buffered=False)
RECORDED = replace(READ, name="recorded", buffered=True)
FLEET = Fleet(
    servers=2,
    cores_per_server=4,
    database_cores=8,
    connections_per_server=40,
    most_connections=500,
)


def test_demands_add_up() -> None:
    assert demands_ms({SIGN_IN: 1.0}, COSTS) == pytest.approx(
        {"server cores": 32.0, "database cores": 0.7, "database log": 0.2}
    )
    mixed = demands_ms({SIGN_IN: 0.25, READ: 0.75}, COSTS)
    assert mixed["server cores"] == pytest.approx(0.25 * 32.0 + 0.75 * 0.4)


def test_the_hash_bounds_sign_ins() -> None:
    allowed = capacity_per_second({SIGN_IN: 1.0}, COSTS, FLEET)
    name, limit = bottleneck(allowed)
    assert name == "server cores"
    assert limit == pytest.approx(8 * 1000 / 32.0)


def test_more_servers_move_the_limit_to_the_database_and_more_shards_beyond() -> None:
    mix = {REFRESH: 1.0}
    assert bottleneck(capacity_per_second(mix, COSTS, FLEET))[0] == "server cores"
    many = replace(FLEET, servers=1000)
    name, limit = bottleneck(capacity_per_second(mix, COSTS, many))
    assert name.startswith("database")
    spread = bottleneck(capacity_per_second(mix, COSTS, replace(many, shards=4)))
    assert spread[1] == pytest.approx(4 * limit)


def test_connections_are_a_limit_of_their_own() -> None:
    few = replace(FLEET, servers=1000, most_connections=5)
    assert bottleneck(capacity_per_second({REFRESH: 1.0}, COSTS, few))[0] == "database connections"


def test_what_asks_nothing_of_a_resource_is_not_bound_by_it() -> None:
    allowed = capacity_per_second({READ: 1.0}, COSTS, FLEET)
    assert allowed["database log"] == allowed["database connections"] == float("inf")
    assert bottleneck(allowed)[0] == "server cores"


def test_what_is_written_takes_the_log_by_its_size() -> None:
    large = replace(READ, log_kib=1024.0)  # a MiB, of which the disk takes a thousand a second
    assert demands_ms({large: 1.0}, COSTS)["database log"] == pytest.approx(1.0)
    limit = capacity_per_second({large: 1.0}, COSTS, FLEET)["database log"]
    assert limit == pytest.approx(1000.0)


def test_requests_share_the_commit_of_their_buffered_rows() -> None:
    assert buffered_commits({READ: 1.0}, COSTS, 10.0) == 0.0
    assert buffered_commits({RECORDED: 1.0}, COSTS, 0.0) == 1.0
    # A row opens the buffer; four a second would be written each by itself, and here half are.
    assert buffered_commits({RECORDED: 1.0}, COSTS, 4.0) == pytest.approx(0.5)
    assert buffered_commits({RECORDED: 0.5, READ: 0.5}, COSTS, 8.0) == pytest.approx(0.25)


def test_many_servers_with_little_to_do_share_few_commits() -> None:
    mix = {RECORDED: 1.0}
    few, many = (
        capacity_per_second(mix, COSTS, replace(FLEET, servers=count))["database log"]
        for count in (1000, 100_000)
    )
    assert few > many
    # However many: no request needs more than a commit of its own.
    assert many >= 10 * 1000 * 0.99


def test_an_idle_fleet_answers_in_the_time_of_the_work() -> None:
    expected = 1.5 + (8 * 0.05 + 0.1) + 8 * 0.2 + 1.5
    assert answer_ms({REFRESH: 1.0}, COSTS, FLEET, 1e-9) == pytest.approx(expected)


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_answers_take_longer_when_there_are_more(one: float, other: float) -> None:
    limit = bottleneck(capacity_per_second({REFRESH: 1.0}, COSTS, FLEET))[1]
    less, more = sorted((one, other))
    times = [answer_ms({REFRESH: 1.0}, COSTS, FLEET, share * limit) for share in (less, more)]
    assert times[0] <= times[1] * (1 + 1e-9)


def test_nothing_is_answered_past_saturation() -> None:
    limit = bottleneck(capacity_per_second({REFRESH: 1.0}, COSTS, FLEET))[1]
    assert answer_ms({REFRESH: 1.0}, COSTS, FLEET, limit) == float("inf")


@pytest.mark.parametrize(
    ("load", "cores", "share"),
    # M/M/1 waits with the share of its utilization; the others are from tables of Erlang's C.
    [(0.5, 1, 0.5), (0.9, 1, 0.9), (1.0, 2, 1 / 3), (2.0, 3, 4 / 9), (3.0, 2, 1.0)],
)
def test_erlangs_c(load: float, cores: int, share: float) -> None:
    assert waiting_share(load, cores) == pytest.approx(share)


@given(st.floats(0.0, 63.0), st.integers(1, 64))
def test_a_share_is_a_share(load: float, cores: int) -> None:
    assert 0.0 <= waiting_share(load, cores) <= 1.0
