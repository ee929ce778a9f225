"""The README's blocks, pasted one after another into one interpreter, do what the text says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from poolhouse.settings import Settings
from server import Server

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, flags=re.DOTALL | re.MULTILINE)


def test_the_tutorial_runs_as_pasted(server_of_today: Server) -> None:
    printed: list[str] = []

    def show(*values: object) -> None:
        printed.append(" ".join(map(str, values)) + "\n")

    interpreter: dict[str, Any] = {"print": show}
    for block in blocks("python"):
        code = block.replace("http://localhost:4566", server_of_today.url)
        exec(compile(code, "README.md", "exec"), interpreter)  # noqa: S102 - our own text
    assert "".join(printed) in blocks("text")


def _links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize(("page", "target"), list(_links()))
def test_links_lead_somewhere(page: Path, target: str) -> None:
    assert (page.parent / target).exists()


def test_options_named_in_the_docs_exist() -> None:
    settings = {name.replace("_", "-") for name in Settings.__dataclass_fields__}
    commands = {"user", "function", "attribute", "group", "source", "scopes", "metadata"}
    commands |= {"version", "pool", "client", "last-code", "follow", "settings", "format"}
    commands |= {"max-results", "endpoint-url"}  # the AWS CLI's
    for page in PAGES:
        for option in re.findall(
            r"(?<![\w-])--([a-z][a-z-]+[a-z])", page.read_text(encoding="utf-8")
        ):
            known = settings | commands
            assert option in known or option.removeprefix("no-") in known, f"{page}: --{option}"
