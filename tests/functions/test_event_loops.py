from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest
import uvloop

from function_world import functions_in


async def _everything(root: Path) -> None:
    async with functions_in(root) as functions:
        python = functions.make(
            "import time\ndef handler(e, c):\n  print('said')\n  time.sleep(e)\n  return e",
            timeout_seconds=0.3,
            name="python",
        )
        node = functions.make(
            "export const handler = (e, c) => c.done(null, e);",
            file="index.mjs",
            name="node",
            memory_mib=256,
        )
        assert await functions.value(python, 0) == 0
        assert await functions.value(node, "x" * 6_000_000) == "x" * 6_000_000
        assert (await functions.error(python, 5))["errorType"] == "Sandbox.Timedout"
        assert await functions.value(python, 0) == 0
        assert (await functions.refusal(python, 5, limit_seconds=0.1)).code == "CallerTimeout"
        values = await asyncio.gather(*(functions.value(node, n) for n in range(100)))
        assert values == list(range(100))
        assert (await functions.log("python")).count("said\n") == 4


@pytest.mark.parametrize("make_loop", [asyncio.SelectorEventLoop, uvloop.new_event_loop])
@pytest.mark.parametrize("in_thread", [False, True])
def test_any_loop_in_any_thread(tmp_path: Path, make_loop: type, in_thread: bool) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=make_loop) as runner:
                runner.run(_everything(tmp_path))
        except BaseException as error:
            failures.append(error)

    if in_thread:
        thread = threading.Thread(target=run)
        thread.start()
        thread.join()
    else:
        run()
    if failures:
        raise failures[0]
