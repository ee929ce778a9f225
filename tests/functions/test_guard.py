"""What becomes of workers when the server is killed, and cannot end them itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from function_world import processes_with

SERVER = """
import asyncio, sys
from pathlib import Path
from function_world import functions_in

async def main(root):
    async with functions_in(root) as functions:
        idle = functions.make("def handler(e, c): return 1", name="idle")
        node = functions.make("export const handler = async () => 1;", file="index.mjs", name="n")
        loop = functions.make("def handler(e, c):\\n  while True: pass", name="loop",
                              timeout_seconds=600)
        spin = functions.make("export const handler = () => { while (true) {} };",
                              file="index.mjs", name="spin", timeout_seconds=600)
        child = functions.make("import subprocess\\ndef handler(e, c):\\n"
                               "  subprocess.run(['sleep', '7654399'])", name="child",
                               timeout_seconds=600)
        await functions.value(idle)
        await functions.value(node)
        running = [asyncio.ensure_future(functions.run(code)) for code in (loop, spin, child)]
        while sum(w.invocation is not None for w in functions.invoker._workers) < 3:
            await asyncio.sleep(0.01)
        print("running", flush=True)
        await asyncio.gather(*running)

asyncio.run(main(Path(sys.argv[1])))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_no_worker_outlives_the_server(tmp_path: Path, number: signal.Signals) -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(tmp_path)], stdout=subprocess.PIPE, env=environment
    ) as server:
        assert server.stdout is not None
        while b"running" not in (line := server.stdout.readline()):
            assert line, "the server ended before its functions ran"
        workers = _descendants(server.pid)
        assert len(workers) >= 6  # five workers, the guard, at times a child
        server.send_signal(number)
        server.wait()
    patience = time.monotonic() + 5
    while any(_alive(pid) for pid in workers) or processes_with("7654399"):
        assert time.monotonic() < patience, "a worker is still there"


def _descendants(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    for task in Path(f"/proc/{pid}/task").iterdir():
        if task.name != str(pid):
            text += (task / "children").read_text()
    return [int(child) for child in text.split()]


def _alive(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
