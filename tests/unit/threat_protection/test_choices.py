"""The table of choices about threat protection."""

from __future__ import annotations

from pathlib import Path

import pytest

import poolhouse
from poolhouse.threat_protection.choices import THREAT_CHOICES

SOURCE = Path(poolhouse.__file__).parent
CODE = "".join(
    path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py") if path.name != "choices.py"
)


@pytest.mark.parametrize("rule", sorted(THREAT_CHOICES))
def test_the_code_that_follows_a_rule_names_it(rule: str) -> None:
    assert f"``{rule}``" in CODE
