"""The README's blocks, pasted one after another into one interpreter, do what the text says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest

from poolhouse.cli import main
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
        text = re.sub(r"```.*?```|`[^`]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for target in re.findall(r"\]\(([^)#]+)", text):
            if "://" not in target:
                yield page, target


@pytest.mark.parametrize(("page", "target"), list(_links()))
def test_links_lead_somewhere(page: Path, target: str) -> None:
    assert (page.parent / target).exists()


def _options(command: click.Command) -> Iterator[str]:
    """The options of a command and of those below it, without their dashes."""
    for parameter in command.params:
        yield from (name.removeprefix("--") for name in parameter.opts)
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _options(found)


def test_options_named_in_the_docs_exist() -> None:
    settings = {name.replace("_", "-") for name in Settings.__dataclass_fields__}
    known = settings | set(_options(main)) | {"max-results", "endpoint-url"}  # the AWS CLI's
    known |= {"max-http-header-size"}  # Node.js's
    for file in (ROOT / "benchmarks").glob("*.py"):
        known |= set(re.findall(r'"--([a-z-]+)"', file.read_text(encoding="utf-8")))
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        # Commands of the AWS CLI, over several lines where they end in a backslash.
        ours = re.sub(r"\baws (?:[^\n]*\\\n)*[^\n]*", "", text)
        for option in re.findall(r"(?<![\w-])--([a-z][a-z-]+[a-z])", ours):
            assert option in known or option.removeprefix("no-") in known, f"{page}: --{option}"
