"""Running unmodified JavaScript clients: the scripts in ``tests/node``, under real Node.js."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parents[1] / "node"

Run = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def node() -> Run:
    """Run a script with a JSON argument; what it prints last, as JSON, is returned."""
    executable = shutil.which("node")
    if executable is None or not (SCRIPTS / "node_modules").exists():
        pytest.skip("needs node and npm, and python3 dev.py setup after they are there")

    def run(script: str, **given: Any) -> dict[str, Any]:
        finished = subprocess.run(
            [executable, str(SCRIPTS / script), json.dumps(given)],
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert finished.returncode == 0, finished.stderr or finished.stdout
        printed: dict[str, Any] = json.loads(finished.stdout.splitlines()[-1])
        return printed

    return run
