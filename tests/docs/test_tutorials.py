"""Every tutorial runs as pasted, in one shell, and prints what it says it prints."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from command_line import environment, serving

TUTORIALS = Path(__file__).parents[2] / "docs" / "tutorials"
_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", flags=re.DOTALL | re.MULTILINE)
_END = "--- the end of a block ---"


def shell(blocks: list[str], url: str, folder: Path) -> list[str]:
    """The output of each block, all run by one shell that stops at the first failure."""
    script = f"\necho '{_END}'\n".join(blocks).replace("http://localhost:4566", url)
    tools = folder / "tools"
    tools.mkdir()
    for name, module in (("aws", "awscli"), ("poolhouse", "poolhouse")):
        tool = tools / name
        tool.write_text(f'#!/bin/sh\nexec {sys.executable} -m {module} "$@"\n', encoding="utf-8")
        tool.chmod(0o700)
    finished = subprocess.run(
        ["bash", "-eu", "-o", "pipefail"],
        input=script,
        cwd=folder,
        env=environment(
            PATH=f"{tools}:{os.environ['PATH']}", POOLHOUSE_URL=url, HOME=str(folder), COLUMNS="200"
        ),
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert finished.returncode == 0, finished.stdout[-2000:] + finished.stderr[-2000:]
    return finished.stdout.split(_END)


@pytest.mark.parametrize("name", [path.name for path in sorted(TUTORIALS.glob("*.md"))])
def test_a_tutorial_runs_as_pasted(name: str, tmp_path: Path) -> None:
    found = _BLOCK.findall((TUTORIALS / name).read_text(encoding="utf-8"))
    blocks: list[str] = []
    expected: list[list[str]] = []
    for kind, text in found:
        if kind == "sh":
            blocks.append(text)
            expected.append([])
        else:
            expected[-1] += text.splitlines()
    # The first block writes the file that the server is started with.
    shell(blocks[:1], "http://unused", tmp_path)
    (tmp_path / "tools").rename(tmp_path / "tools-before")
    function = f"membership={tmp_path}/members/membership.mjs"
    with serving(tmp_path / "data", "--function", function) as (_, line):
        url = re.search(r"http://\S+", line)
        assert url, line
        printed = shell(blocks, url[0].rstrip("."), tmp_path)
    for said, lines in zip(printed, expected, strict=True):
        for line in lines:
            assert line in said, said
