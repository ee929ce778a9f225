from __future__ import annotations

import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from function_world import Functions, functions_in
from poolhouse.functions import logs
from poolhouse.functions.logs import FunctionLogs, follow_log, log_path, read_log
from poolhouse.functions.runtime import Failed, Returned


@pytest.fixture
async def small_logs(tmp_path: Path) -> AsyncIterator[FunctionLogs]:
    made = FunctionLogs(tmp_path, largest_bytes=1000)
    yield made
    await made.close()


TALKS = {
    "python": ("index.py", "def handler(e, c): print('one', e); print('two', end='')"),
    "python, to the descriptor": (
        "index.py",
        "import os\ndef handler(e, c): os.write(1, b'one \\n'); os.write(2, b'two')",
    ),
    "node": (
        "index.mjs",
        "export const handler = async (e) => { process.stdout.write('one\\ntwo') };",
    ),
    "node, not async": (
        "index.mjs",
        "export const handler = (e, c) => { process.stderr.write('one\\ntwo'); c.done(null, 1); };",
    ),
}


@pytest.mark.parametrize("case", TALKS)
async def test_output_before_the_answer_is_in_the_tail(functions: Functions, case: str) -> None:
    file, source = TALKS[case]
    code = functions.make(source, file=file)
    for _ in range(20):
        outcome = await functions.run(code, "x")
        assert isinstance(outcome, Returned)
        lines = outcome.log_tail.decode().splitlines()
        assert lines[0].startswith("START RequestId: ")
        assert lines[0].endswith(" Version: $LATEST")
        assert lines[1].startswith("one")
        assert lines[2] == "two"
        assert lines[3].startswith("END RequestId: ")
        assert lines[4].startswith("REPORT RequestId: ")
    assert (await functions.log()).count("two\nEND") == 20


async def test_long_output_is_whole_in_the_log_and_4_kb_in_the_tail(functions: Functions) -> None:
    for file, source in (
        ("index.py", "def handler(e, c):\n  for n in range(50_000): print('line', n)"),
        (
            "index.mjs",
            "export const handler = async () => {"
            " for (let n = 0; n < 50_000; n++) process.stdout.write(`line ${n}\\n`) };",
        ),
    ):
        name = file.replace(".", "-")
        code = functions.make(source, file=file, name=name, timeout_seconds=10)
        outcome = await functions.run(code)
        assert isinstance(outcome, Returned)
        assert len(outcome.log_tail) == 4096
        assert b"line 49999\nEND RequestId" in outcome.log_tail
        log = (await functions.log(name)).splitlines()
        assert log[1:-2] == [f"line {n}" for n in range(50_000)]


async def test_report_line(functions: Functions) -> None:
    code = functions.make("import time\ndef handler(e, c): time.sleep(0.02)", memory_mib=192)
    first = await functions.run(code)
    second = await functions.run(code)
    assert isinstance(first, Returned)
    assert isinstance(second, Returned)
    assert first.duration_ms >= 20
    fields = dict(part.split(": ") for part in first.log_tail.decode().split("\t")[1:-1])
    assert float(fields["Duration"].removesuffix(" ms")) == round(first.duration_ms, 2)
    assert fields["Memory Size"] == "192 MB"
    assert 1 < int(fields["Max Memory Used"].removesuffix(" MB")) < 40
    assert float(fields["Init Duration"].removesuffix(" ms")) > 0
    assert b"Init Duration" not in second.log_tail


async def test_logging_and_console_carry_the_request_id(functions: Functions) -> None:
    python = functions.make(
        "import logging\ndef handler(e, c):\n"
        "  logging.getLogger('x').warning('careful %s', 1)\n  return c.aws_request_id",
        name="p",
    )
    node = functions.make(
        "export const handler = async (e, c) => {"
        " console.log('seen %d', 1, {a: 1}); console.error('bad'); return c.awsRequestId };",
        file="index.mjs",
        name="n",
    )
    request_id = await functions.value(python)
    assert f"Z\t{request_id}\tcareful 1\n" in await functions.log("p")
    request_id = await functions.value(node)
    log = await functions.log("n")
    assert f"Z\t{request_id}\tINFO\tseen 1 {{ a: 1 }}\n" in log
    assert f"Z\t{request_id}\tERROR\tbad\n" in log


async def test_errors_are_logged_with_their_trace(functions: Functions) -> None:
    python = functions.make("def handler(e, c): raise KeyError('absent')", name="p")
    node = functions.make(
        "export const handler = async () => { throw new Error('x') };", name="n", file="index.mjs"
    )
    for code in (python, node):
        outcome = await functions.run(code)
        assert isinstance(outcome, Failed)
        assert b"index." in outcome.log_tail
    assert "[ERROR] KeyError: 'absent'\nTraceback" in await functions.log("p")
    assert '\tERROR\tInvoke Error {"errorType":"Error","errorMessage":"x"' in await functions.log(
        "n"
    )


async def test_output_of_loading_is_logged_and_told(functions: Functions) -> None:
    code = functions.make("print('about to fail')\nraise SystemExit(2)")
    outcome = await functions.run(code)
    assert isinstance(outcome, Failed)
    assert outcome.log_tail.startswith(b"about to fail\n")
    assert (await functions.log()).startswith("about to fail\nRuntime exited with error: exit")


@pytest.mark.parametrize("name", ["../up", "a/b", "..", "", "ü.log", "x" * 64])
def test_a_log_stays_in_its_directory(tmp_path: Path, name: str) -> None:
    path = log_path(tmp_path, name)
    assert path.parent == tmp_path
    assert path.name.endswith(".log")
    assert "/" not in path.name


async def test_rotation_keeps_two_files(small_logs: FunctionLogs, tmp_path: Path) -> None:
    for n in range(50):
        small_logs.append("f", b"%03d %s\n" % (n, b"x" * 95))
        await small_logs.flush()
    sizes = {
        path.name: path.stat().st_size for path in map(tmp_path.joinpath, os.listdir(tmp_path))
    }
    assert sizes == {"f.log": 1000, "f.log.1": 1000}
    assert read_log(tmp_path, "f").startswith(b"030 ")
    assert read_log(tmp_path, "f", last_bytes=250).count(b"\n") == 2
    assert read_log(tmp_path, "f", last_bytes=200) == read_log(tmp_path, "f", last_bytes=250)
    assert read_log(tmp_path, "f", last_bytes=0) == b""
    assert read_log(tmp_path, "other") == b""


async def test_one_batch_over_the_bound(small_logs: FunctionLogs, tmp_path: Path) -> None:
    small_logs.append("f", b"first\n" * 1000)
    await small_logs.flush()
    assert (tmp_path / "f.log").stat().st_size == 1000


def _append_in_a_process(directory: Path, mark: bytes) -> None:
    """Another server process, by the same means, without its event loop."""
    other = FunctionLogs(directory, largest_bytes=20_000)
    for n in range(300):
        other._write(log_path(directory, "f"), b"%s %04d %s\n" % (mark, n, b"x" * 90))
    other._writer.shutdown()


def test_several_writers_lose_no_line_between_rotations(tmp_path: Path) -> None:
    threads = [
        threading.Thread(target=_append_in_a_process, args=(tmp_path, mark))
        for mark in (b"a", b"b")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    lines = read_log(tmp_path, "f", last_bytes=1 << 20).splitlines()
    for mark in (b"a", b"b"):
        numbers = [int(line.split()[1]) for line in lines if line.startswith(mark)]
        # What is still there has no holes, and ends with the last.
        assert numbers == list(range(numbers[0], 300)) if numbers else True
    assert all(len(line) == 97 for line in lines)
    assert lines[-1].split()[1] == b"0299"


async def test_follow_sees_additions_and_rotation(small_logs: FunctionLogs, tmp_path: Path) -> None:
    following = follow_log(tmp_path, "f", poll_seconds=0)
    assert next(following) == b""
    seen = b""
    for n in range(40):
        small_logs.append("f", b"%03d %s\n" % (n, b"x" * 95))
        await small_logs.flush()
        seen += next(following) + next(following) + next(following)
    while piece := next(following):
        seen += piece
    assert [int(line.split()[0]) for line in seen.splitlines()] == list(range(40))
    following.close()


async def test_follow_begins_with_the_end(small_logs: FunctionLogs, tmp_path: Path) -> None:
    small_logs.append("f", b"one\ntwo\nthree\n")
    await small_logs.flush()
    following = follow_log(tmp_path, "f", last_bytes=10, poll_seconds=0)
    assert next(following) == b"two\nthree\n"
    assert next(following) == b""
    following.close()


async def test_a_disk_that_refuses_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    warned: list[str] = []
    monkeypatch.setattr(logs, "warn", lambda text, **_: warned.append(text))
    async with functions_in(tmp_path) as functions:
        os.mkdir(tmp_path / "logs" / "claims.log")
        assert await functions.value(functions.make("def handler(e, c): return 1")) == 1
        await functions.invoker.logs.flush()
    assert warned == ["a function's log could not be written"]


async def test_a_slow_disk_fills_a_bounded_backlog(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logs, "_LARGEST_BACKLOG_BYTES", 100)
    made = FunctionLogs(tmp_path)
    for _ in range(5):
        made.append("f", b"x" * 39 + b"\n")
    await made.close()
    text = (tmp_path / "f.log").read_bytes()
    assert text == (b"x" * 39 + b"\n") * 2 + b"[poolhouse] 120 bytes of output dropped\n"
