"""The table of page choices is the truth about the code."""

from __future__ import annotations

from pathlib import Path

import pytest

from poolhouse.hosted import choices
from poolhouse.hosted.choices import PAGE_CHOICES

HOUSE = Path(choices.__file__).parent.parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("hosted", "oauth")
    for path in (HOUSE / room).glob("*.py")
    if path != Path(choices.__file__)
)


@pytest.mark.parametrize("rule", sorted(PAGE_CHOICES))
def test_the_code_that_follows_a_rule_names_it(rule: str) -> None:
    assert f"``{rule}``" in CODE
