"""The Python of the how-to pages runs as pasted."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from server import Server

PAGES = Path(__file__).parents[2] / "docs/how-to"


@pytest.mark.parametrize("name", ["passkeys.md", "token-exchange.md"])
def test_the_python_of_a_page_runs(server_of_today: Server, name: str) -> None:
    text = (PAGES / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    assert blocks
    interpreter: dict[str, object] = {}
    for block in blocks:
        code = block.replace("http://localhost:4566", server_of_today.url)
        exec(compile(code, name, "exec"), interpreter)  # noqa: S102 - our own text
