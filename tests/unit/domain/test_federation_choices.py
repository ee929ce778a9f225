"""The table of choices and the code agree."""

from __future__ import annotations

from pathlib import Path

import pytest

import poolhouse
from poolhouse.domain import choices, federation_choices
from poolhouse.domain.federation_choices import FEDERATION_CHOICES
from poolhouse.domain.management_choices import MANAGEMENT_CHOICES

TABLE = Path(federation_choices.__file__)
SOURCES = [
    path.read_text() for path in Path(poolhouse.__file__).parent.rglob("*.py") if path != TABLE
]


@pytest.mark.parametrize("rule", sorted(FEDERATION_CHOICES))
def test_code_follows_every_row(rule: str) -> None:
    assert any(f"``{rule}``" in text for text in SOURCES)


def test_no_rule_has_two_rows() -> None:
    assert FEDERATION_CHOICES.keys().isdisjoint(MANAGEMENT_CHOICES)
    assert FEDERATION_CHOICES.keys().isdisjoint(choices.CHOICES)
