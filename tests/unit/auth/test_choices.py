"""The table of sign-in choices is the truth about the code."""

from __future__ import annotations

from pathlib import Path

import pytest

import poolhouse
from poolhouse.accounts.choices import ACCOUNT_CHOICES
from poolhouse.auth import choices as sign_in_choices
from poolhouse.auth.choices import SIGN_IN_CHOICES
from poolhouse.domain.choices import CHOICES
from poolhouse.domain.pool_choices import POOL_CHOICES

SOURCE = Path(poolhouse.__file__).parent
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for room in ("api/operations", "auth", "domain", "oauth", "tokens")
    for path in (SOURCE / room).glob("*.py")
    if path != Path(sign_in_choices.__file__)
)


@pytest.mark.parametrize("rule", sorted(SIGN_IN_CHOICES))
def test_the_code_that_follows_a_rule_names_it(rule: str) -> None:
    assert f"``{rule}``" in CODE


def test_rules_are_named_once_in_all_tables() -> None:
    for other in (ACCOUNT_CHOICES, CHOICES, POOL_CHOICES):
        assert SIGN_IN_CHOICES.keys().isdisjoint(other)
