from __future__ import annotations

from pathlib import Path

import pytest

from poolhouse.domain import choices, pool_choices
from poolhouse.domain.pool_choices import POOL_CHOICES

ROOM = Path(pool_choices.__file__).parent
CODE = "\n".join(
    path.read_text() for path in ROOM.glob("*.py") if path != Path(pool_choices.__file__)
)


@pytest.mark.parametrize("rule", sorted(POOL_CHOICES))
def test_the_code_that_follows_a_rule_names_it(rule: str) -> None:
    assert f"``{rule}``" in CODE


def test_rules_are_named_once_in_both_tables() -> None:
    assert POOL_CHOICES.keys().isdisjoint(choices.CHOICES)
