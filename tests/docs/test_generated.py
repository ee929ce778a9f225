"""Pages that are made from code are current. ``python3 dev.py docs`` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from poolhouse.cli import main

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"


@pytest.mark.parametrize("name", ["operations", "settings"])
def test_the_page_is_what_the_code_says(name: str) -> None:
    made = CliRunner().invoke(main, [name, "--markdown"]).output
    assert (REFERENCE / f"{name}.md").read_text(encoding="utf-8") == made
