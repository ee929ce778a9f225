"""How an alias chooses between two versions."""

from __future__ import annotations

import random

import pytest

from poolhouse.domain.alias_routing import choose_version, routing_failure, sticky_point


@pytest.mark.parametrize(
    ("point", "expected"), [(0.0, "2"), (0.2499, "2"), (0.25, "1"), (0.9999, "1")]
)
def test_the_additional_version_takes_its_share(point: float, expected: str) -> None:
    assert choose_version("1", {"2": 0.25}, point) == expected


def test_without_weights_everything_goes_to_the_primary_version() -> None:
    assert choose_version("1", {}, 0.0) == "1"


def test_weights_of_nothing_and_of_everything() -> None:
    assert choose_version("1", {"2": 0.0}, 0.0) == "1"
    assert choose_version("1", {"2": 1.0}, 0.9999999) == "2"


def test_shares_come_out_as_weighed() -> None:
    source = random.Random(7)
    chosen = [choose_version("1", {"2": 0.3}, source.random()) for _ in range(10_000)]
    assert 0.28 < chosen.count("2") / len(chosen) < 0.32


@pytest.mark.parametrize(
    ("primary", "weights", "words"),
    [
        ("1", {"2": 0.1, "3": 0.1}, "cannot be greater than 1"),
        ("$LATEST", {"1": 0.1}, "not supported for an alias pointing to more than 1 version"),
        ("1", {"1": 0.1}, "already included in routing configuration"),
    ],
)
def test_what_cannot_be_routed(primary: str, weights: dict[str, float], words: str) -> None:
    assert words in str(routing_failure(primary, weights))


@pytest.mark.parametrize(("primary", "weights"), [("1", {}), ("$LATEST", {}), ("1", {"2": 0.5})])
def test_what_can_be_routed(primary: str, weights: dict[str, float]) -> None:
    assert routing_failure(primary, weights) is None


def test_people_are_spread_evenly_and_stay_where_they_are() -> None:
    points = [sticky_point("f:live", f"sub-{number}") for number in range(2000)]
    assert points == [sticky_point("f:live", f"sub-{number}") for number in range(2000)]
    assert all(0 <= point < 1 for point in points)
    assert 140 <= sum(point < 0.1 for point in points) <= 260
    # Another alias draws another lot, so that nobody is always among the first.
    assert points[:20] != [sticky_point("f:next", f"sub-{number}") for number in range(20)]
