from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from function_world import Functions, functions_in
from poolhouse.functions.limits import MIB, private_memory_bytes
from poolhouse.functions.runtime import Failed

DEATHS = {
    "python exit": ("index.py", "import sys\ndef bad(): sys.exit(3)", "exit status 3"),
    "python exit 0": (
        "index.py",
        "import os\ndef bad(): os._exit(0)",
        "without providing a reason",
    ),
    "python kill": (
        "index.py",
        "import os\ndef bad(): os.kill(os.getpid(), 9)",
        "signal: killed",
    ),
    "python crash": (
        "index.py",
        "import os\ndef bad(): os.kill(os.getpid(), 11)",
        "signal: segmentation fault",
    ),
    "node kill": (
        "index.mjs",
        "const bad = () => { process.kill(process.pid, 'SIGKILL'); while (true) {} };",
        "signal: killed",
    ),
}


@pytest.mark.parametrize("case", DEATHS)
async def test_a_process_that_dies(functions: Functions, case: str) -> None:
    file, bad, words = DEATHS[case]
    handler = {
        "index.py": "\ndef handler(e, c):\n  if e: bad()\n  return 'fine'",
        "index.mjs": "export const handler = async (e) => { if (e) bad(); return 'fine'; };",
    }[file]
    code = functions.make(bad + handler, file=file)
    assert await functions.value(code) == "fine"
    document = await functions.error(code, True)
    assert document["errorType"] == "Runtime.ExitError"
    assert document["errorMessage"].startswith("RequestId: ")
    assert words in document["errorMessage"]
    assert await functions.value(code) == "fine"
    assert words in await functions.log()


async def test_an_idle_worker_that_dies_is_not_used(functions: Functions) -> None:
    code = functions.make("import os\ndef handler(e, c): return os.getpid()")
    pid = await functions.value(code)
    os.kill(pid, 9)
    _until_it_is_a_zombie(pid)  # no turn of the event loop: the server has not noticed yet
    assert await functions.value(code) != pid


def _until_it_is_a_zombie(pid: int) -> None:
    while "State:\tZ" not in Path(f"/proc/{pid}/status").read_text():
        pass


ALLOCATIONS = {
    "python at once": ("index.py", "def bad(): return bytearray(b'x') * (2 << 30)"),
    "python bit by bit": (
        "index.py",
        "def bad():\n  kept = []\n  while True: kept.append(bytearray(b'x') * (1 << 20))",
    ),
    "python, in C, at once": ("index.py", "def bad(): return b'x' * (2 << 30)"),
    "node buffers": (
        "index.mjs",
        "const bad = () => { const kept = [];"
        " for (let i = 0; i < 2048; i++) kept.push(Buffer.alloc(1 << 20, 1)); return kept; };",
    ),
    "node at once": ("index.mjs", "const bad = () => Buffer.alloc(2 ** 31 - 1, 1);"),
}


@pytest.mark.parametrize("case", ALLOCATIONS)
async def test_two_gigabytes(functions: Functions, case: str) -> None:
    file, bad = ALLOCATIONS[case]
    handler = {
        "index.py": "\ndef handler(e, c):\n  if e: len(bad())\n  return 'fine'",
        "index.mjs": "export const handler = async (e) => e ? bad().length : 'fine';",
    }[file]
    code = functions.make(bad + handler, file=file, memory_mib=128, timeout_seconds=20)
    assert await functions.value(code) == "fine"
    begun = time.monotonic()
    document = await functions.error(code, True)
    assert time.monotonic() - begun < 3
    assert document["errorType"] == "Runtime.ExitError"
    assert document["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert await functions.value(code) == "fine"


@pytest.mark.parametrize("file", ["index.py", "index.mjs"])
async def test_memory_of_loading_counts(functions: Functions, file: str) -> None:
    source = {
        "index.py": "x = bytearray(b'x') * (300 << 20)\nimport time\ntime.sleep(60)",
        "index.mjs": "const x = Buffer.alloc(300 << 20, 1); while (x) {}",
    }[file]
    document = await functions.error(functions.make(source, file=file, memory_mib=128))
    assert document["errorMessage"].endswith("signal: killed")


async def test_a_full_heap_aborts_or_is_killed(functions: Functions) -> None:
    """Objects fill V8's own heap; whichever limit is met first, the process ends and says so."""
    code = functions.make(
        "export const handler = async () => { const kept = []; while (true) kept.push({}); };",
        file="index.mjs",
        memory_mib=128,
        timeout_seconds=20,
    )
    document = await functions.error(code)
    assert document["errorType"] == "Runtime.ExitError"
    assert document["errorMessage"].rpartition(": ")[2] in ("killed", "aborted")


async def test_memory_kept_between_invocations_counts(functions: Functions) -> None:
    code = functions.make(
        "kept = []\ndef handler(e, c):\n  kept.append(bytearray(b'x') * (8 << 20))\n"
        "  return len(kept)",
        memory_mib=64,
    )
    begun = time.monotonic()
    while time.monotonic() - begun < 20:
        outcome = await functions.run(code)
        if isinstance(outcome, Failed):
            break
    assert isinstance(outcome, Failed)
    assert b"signal: killed" in outcome.payload


async def test_a_child_counts_as_the_functions_memory(functions: Functions) -> None:
    code = functions.make(
        "import subprocess, sys\ndef handler(e, c):\n"
        "  subprocess.run([sys.executable, '-c', 'x = bytearray(b\"x\") * (200 << 20); "
        "import time; time.sleep(60)'])",
        memory_mib=128,
        timeout_seconds=20,
    )
    document = await functions.error(code)
    assert document["errorMessage"].endswith("signal: killed")


def test_memory_of_this_process() -> None:
    before = private_memory_bytes(os.getpid())
    block = bytearray(b"x") * (64 * MIB)
    after = private_memory_bytes(os.getpid())
    assert 60 * MIB < after - before < 80 * MIB
    assert len(block) == 64 * MIB
    assert private_memory_bytes(2**22 + 1) == 0


async def test_kernel_limits(functions: Functions) -> None:
    code = functions.make(
        "import os, resource as r\ndef handler(e, c):\n"
        "  return [r.getrlimit(w)[0] for w in (r.RLIMIT_CORE, r.RLIMIT_NOFILE, r.RLIMIT_FSIZE)]"
        " + [open('/proc/self/oom_score_adj').read().strip(), os.sched_getscheduler(0)]"
    )
    expected = [0, 1024, 512 * MIB, "1000", os.SCHED_BATCH]
    assert await functions.value(code) == expected


FLOODS = {
    "python": ("index.py", "def handler(e, c):\n  while True: print('x' * 1000)"),
    "node": ("index.mjs", "export const handler = () => { while (true) console.log('x') };"),
    "node, raw": (
        "index.mjs",
        "export const handler = () => { while (true) process.stdout.write('x'.repeat(1000)) };",
    ),
}


@pytest.mark.parametrize("case", FLOODS)
async def test_a_flood_of_output(tmp_path: Path, case: str) -> None:
    file, source = FLOODS[case]
    async with functions_in(tmp_path, largest_output_bytes=1 << 20) as functions:
        code = functions.make(source, file=file, timeout_seconds=20, memory_mib=256)
        document = await functions.error(code)
        assert document["errorType"] == "Runtime.ExitError"
        assert "more than 1048576 bytes of output" in document["errorMessage"]
        await functions.invoker.logs.flush()
        # What the pipe held on top of the bound, and no more.
        assert (tmp_path / "logs/claims.log").stat().st_size < (1 << 20) + 4 * 65536


async def test_the_bound_of_output_is_per_invocation(tmp_path: Path) -> None:
    async with functions_in(tmp_path, largest_output_bytes=100_000) as functions:
        code = functions.make("def handler(e, c): print('x' * 60_000)")
        for _ in range(5):
            assert await functions.value(code) is None


async def test_writing_to_the_servers_socket(functions: Functions) -> None:
    """A function that finds the socket can only hurt itself."""
    source = (
        "import os\ndef handler(e, c):\n"
        "  for fd in range(3, 100):\n    try: kind = os.readlink(f'/proc/self/fd/{fd}')\n"
        "    except OSError: continue\n"
        "    if kind.startswith('socket'): break\n"
        "  os.write(fd, bytes.fromhex(e))\n  import time; time.sleep(60)"
    )
    forged_id = b"00000000-0000-4000-8000-000000000000"
    forged = (1 + 36 + 2).to_bytes(4, "big") + b"A" + forged_id + b"{}"
    for nonsense in (b"\xff" * 8, b"\0\0\0\x01A", forged, forged * 2):
        code = functions.make(source, timeout_seconds=10)
        document = await functions.error(code, nonsense.hex())
        assert "bytes on the worker's own socket" in document["errorMessage"]


async def test_closing_the_servers_socket(functions: Functions) -> None:
    code = functions.make(
        "import os, time\ndef handler(e, c):\n  os.closerange(3, 100)\n  time.sleep(60)",
        timeout_seconds=20,
    )
    document = await functions.error(code)
    assert document["errorMessage"].endswith("signal: killed")
