"""The Python of the how-to pages runs as pasted."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from account_world import make_world
from poolhouse.messages.sms import signature
from server import Server

PAGES = Path(__file__).parents[2] / "docs/how-to"


def paste(server: Server, name: str) -> dict[str, Any]:
    """Run a page's blocks in one interpreter; what it holds afterwards."""
    text = (PAGES / name).read_text(encoding="utf-8")
    blocks = re.findall(r"^```python\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)
    assert blocks
    interpreter: dict[str, Any] = {}
    for block in blocks:
        code = block.replace("http://localhost:4566", server.url)
        exec(compile(code, name, "exec"), interpreter)  # noqa: S102 - our own text
    return interpreter


@pytest.mark.parametrize(
    "name", ["federation.md", "import-users.md", "passkeys.md", "token-exchange.md"]
)
def test_the_python_of_a_page_runs(server_of_today: Server, name: str) -> None:
    paste(server_of_today, name)


def test_reading_messages_and_judging_signatures(server_of_today: Server) -> None:
    make_world(server_of_today).sign_up("ines", email="ines@harbour.test")
    left = paste(server_of_today, "messages.md")
    now = int(left["time"].time())
    assert left["is_genuine"](signature("key", now, b"{}"), b"{}", "key")
    assert not left["is_genuine"](signature("key", now, b"{}"), b"{ }", "key")
    assert not left["is_genuine"](signature("key", now - 301, b"{}"), b"{}", "key")
