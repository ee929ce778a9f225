"""Levels of assurance: what reaches which, and what is still missing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from poolhouse.domain import assurance
from sample_records import pool

METHODS = ["pwd", "otp", "sms", "email_otp", "swk", "hwk"]
some = st.lists(st.sampled_from(METHODS), unique=True)
levels = st.integers(1, 4)


@pytest.mark.parametrize(
    ("methods", "level"),
    [
        ((), None),
        (("fed",), None),
        (("otp",), None),
        (("pwd",), 1),
        (("sms",), 2),
        (("email_otp",), 2),
        (("pwd", "sms"), 3),
        (("email_otp", "pwd"), 3),
        (("swk",), 3),
        (("hwk", "mfa"), 3),
        (("pwd", "otp"), 4),
        (("sms", "otp"), 2),
    ],
)
def test_methods_reach_a_level(methods: tuple[str, ...], level: int | None) -> None:
    assert assurance.reached(methods) == level


@given(levels, some, some)
def test_any_way_on_leads_there(level: int, shown: list[str], able: list[str]) -> None:
    for way in assurance.ways_on(level, shown, able):
        reached = assurance.reached({*shown, *way})
        assert reached is not None
        assert reached >= level
        assert way <= set(able)


@given(levels, some, some)
def test_there_is_a_way_exactly_when_everything_would_do(
    level: int, shown: list[str], able: list[str]
) -> None:
    best = assurance.reached({*shown, *able})
    there = bool(assurance.ways_on(level, shown, able))
    assert there is (best is not None and best >= level)


@given(levels, some, some)
def test_nothing_is_missing_exactly_when_the_level_is_reached(
    level: int, shown: list[str], able: list[str]
) -> None:
    reached = assurance.reached(shown)
    done = frozenset() in assurance.ways_on(level, shown, able)
    assert done is (reached is not None and reached >= level)


def test_the_first_level_within_reach_counts() -> None:
    assert assurance.target([4, 3, 1], [], ["pwd", "sms"]) == 3
    assert assurance.target([4, 1], [], ["pwd"]) == 1
    assert assurance.target([4], ["pwd"], ["sms"]) is None
    assert assurance.target([4], ["pwd"], ["otp"]) == 4


def test_levels_go_by_the_names_the_pool_gave_them() -> None:
    renamed = pool(AcrConfiguration={"Level4": {"AcrValue": "gold"}})
    names = "nonsense gold urn:cognito:loa:1 urn:cognito:loa:4"
    assert assurance.levels_named(renamed, names) == [4, 1]
    assert assurance.acr(renamed, ["pwd", "otp"]) == "gold"
    assert assurance.acr(renamed, ["swk"]) == "urn:cognito:loa:3"
    assert assurance.acr(renamed, ["fed"]) is None


def test_two_factors_are_mfa() -> None:
    assert assurance.amr(["pwd"]) == ("pwd",)
    assert assurance.amr(["pwd", "sms"]) == ("pwd", "sms", "mfa")
    assert assurance.amr(["hwk", "mfa"]) == ("hwk", "mfa")
    assert assurance.amr(["pwd", "pwd"]) == ("pwd",)
