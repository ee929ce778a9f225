"""The table of choices about second factors and devices is the truth about the code."""

from __future__ import annotations

from pathlib import Path

import pytest

import poolhouse
from poolhouse.accounts.choices import ACCOUNT_CHOICES
from poolhouse.auth import factor_choices
from poolhouse.auth.factor_choices import FACTOR_CHOICES
from poolhouse.domain.choices import CHOICES
from poolhouse.domain.pool_choices import POOL_CHOICES

SOURCE = Path(poolhouse.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for path in SOURCE.rglob("*.py")
    if path != Path(factor_choices.__file__)
)


@pytest.mark.parametrize("rule", sorted(FACTOR_CHOICES))
def test_the_code_that_follows_a_rule_names_it(rule: str) -> None:
    assert f"``{rule}``" in CODE


def test_rules_are_named_once_in_all_tables() -> None:
    for table in (CHOICES, POOL_CHOICES, ACCOUNT_CHOICES):
        assert FACTOR_CHOICES.keys().isdisjoint(table)
