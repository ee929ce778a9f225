"""The pages about triggers do what they say: their blocks, run in order against a server."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lambda_world import eventually
from server import Server

HOW_TO = Path(__file__).parents[2] / "docs" / "how-to"
ADDRESS = "http://localhost:4566"


def blocks(page: str) -> list[str]:
    text = (HOW_TO / page).read_text(encoding="utf-8")
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize(
    ("page", "function"), [("one-time-codes.md", "codes"), ("migrate-users.md", "bring")]
)
def test_a_page_can_be_followed(
    start_server: Callable[..., Server], tmp_path: Path, page: str, function: str
) -> None:
    source, *steps = blocks(page)
    file = tmp_path / f"{function}.py"
    file.write_text(source)
    server = start_server(functions=f"{function}={file}")
    log = server.house.settings.data / "logs" / f"{function}.log"

    def sent() -> list[str]:
        return re.findall(r"send (\d{6})", log.read_text()) if log.exists() else []

    def code_from_the_log() -> str:
        return eventually(sent)[0]

    names: dict[str, Any] = {"code_from_the_log": code_from_the_log}
    for step in steps:
        exec(step.replace(ADDRESS, server.url), names)  # noqa: S102 - the page's own words
    assert "AccessToken" in names["tokens"]
