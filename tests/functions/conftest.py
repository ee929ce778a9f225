from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from function_world import Functions, functions_in
from poolhouse.functions import nodes

_WHEEL = nodes._from_wheel()
_HOST = shutil.which("node")


@pytest.fixture
async def functions(tmp_path: Path) -> AsyncIterator[Functions]:
    async with functions_in(tmp_path) as made:
        yield made


@pytest.fixture(
    params=[
        pytest.param(_HOST, id="host", marks=[] if _HOST else [pytest.mark.skip("no node")]),
        pytest.param(_WHEEL, id="wheel", marks=[] if _WHEEL else [pytest.mark.skip("no wheel")]),
    ]
)
async def on_each_node(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Functions]:
    """Functions on the machine's Node.js, then on the optional package's, a later one."""
    async with functions_in(tmp_path, node_executable=request.param) as made:
        yield made
