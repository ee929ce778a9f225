"""The group configuration that follows from a user's groups."""

from __future__ import annotations

import random

import pytest

from poolhouse.domain import groups
from poolhouse.domain.groups import NO_GROUPS, GroupConfiguration
from poolhouse.domain.records import Group
from sample_authentications import group


def test_no_groups() -> None:
    assert groups.configuration(()) == NO_GROUPS


def test_order_is_by_precedence_then_name_and_null_is_weakest() -> None:
    found = [group("d"), group("c", None, 5), group("b", None, 5), group("a"), group("e", None, 0)]
    random.Random(7).shuffle(found)
    assert groups.configuration(found).groups == ("e", "b", "c", "a", "d")


@pytest.mark.parametrize(
    ("found", "preferred_role"),
    [
        ([group("a", "one", 1), group("b", "two", 2)], "one"),
        ([group("a", "one", 2), group("b", "two", 0)], "two"),
        ([group("a", "one"), group("b", "two", 900)], "two"),
        ([group("a", "one", 1), group("b", "one", 1)], "one"),
        ([group("a", "one", 1), group("b", "two", 1)], None),
        ([group("a", "one", 1), group("b", "two", 1), group("c", "three", 2)], None),
        ([group("a", "one"), group("b", "two")], None),
        ([group("a", "one"), group("b", "one")], "one"),
        ([group("a", None, 0), group("b", "two", 2)], "two"),
        ([group("a", None, 0)], None),
    ],
)
def test_preferred_role(found: list[Group], preferred_role: str | None) -> None:
    assert groups.configuration(found).preferred_role == preferred_role


def test_roles_are_listed_once_strongest_first() -> None:
    found = [group("a", "one", 3), group("b", "two", 1), group("c", "one", 2), group("d")]
    assert groups.configuration(found) == GroupConfiguration(
        ("b", "c", "a", "d"), ("two", "one"), "two"
    )
