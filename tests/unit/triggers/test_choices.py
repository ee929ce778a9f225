"""The table of trigger choices is the truth about the code."""

from __future__ import annotations

from pathlib import Path

import pytest

import poolhouse
from poolhouse.accounts.choices import ACCOUNT_CHOICES
from poolhouse.domain.choices import CHOICES
from poolhouse.domain.pool_choices import POOL_CHOICES
from poolhouse.triggers import choices as trigger_choices
from poolhouse.triggers.choices import TRIGGER_CHOICES

SOURCE = Path(poolhouse.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("auth", "domain", "messages", "triggers")
    for path in (SOURCE / room).glob("*.py")
    if path != Path(trigger_choices.__file__)
)


@pytest.mark.parametrize("rule", sorted(TRIGGER_CHOICES))
def test_the_code_that_follows_a_rule_names_it(rule: str) -> None:
    assert f"``{rule}``" in CODE


def test_rules_are_named_once_in_all_tables() -> None:
    for other in (ACCOUNT_CHOICES, CHOICES, POOL_CHOICES):
        assert TRIGGER_CHOICES.keys().isdisjoint(other)
