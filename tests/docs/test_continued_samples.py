"""Pages whose samples continue the README's: pasted after it, they print what the page says."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from server import START_MS, Server

ROOT = Path(__file__).parents[2]
PAGES = ["audit", "metrics", "preview", "replay", "size-budget"]


def blocks(page: Path, language: str) -> list[str]:
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", PAGES)
def test_the_samples_run_as_pasted(start_server: Callable[..., Server], name: str) -> None:
    server = start_server()
    server.clock.advance(seconds=time.time() - START_MS / 1000)
    page = ROOT / "docs" / "how-to" / f"{name}.md"
    printed: list[str] = []

    def show(*values: object) -> None:
        printed.append(" ".join(map(str, values)) + "\n")

    interpreter: dict[str, Any] = {"print": lambda *_: None}
    for source in (ROOT / "README.md", page):
        if source == page:
            interpreter["print"] = show
        for block in blocks(source, "python"):
            code = block.replace("http://localhost:4566", server.url)
            exec(compile(code, source.name, "exec"), interpreter)  # noqa: S102 - our own text
    assert "".join(printed) == "".join(blocks(page, "text"))
