"""Whose output is whose, however pieces of the pipe and answers are read."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st

from poolhouse.functions.invocations import Invocation
from poolhouse.functions.logs import FunctionLogs
from poolhouse.functions.worker_log import WorkerLog


class _Logs:
    def __init__(self) -> None:
        self.text = b""

    def append(self, function_name: str, data: bytes) -> None:
        self.text += data


def _invocation(loop: asyncio.AbstractEventLoop) -> Invocation:
    return Invocation(b"", loop.create_future(), 0.0, None)


# Of the mark's own bytes, so that beginnings of marks are printed, too.
_OUTPUT = st.lists(st.sampled_from([b"\0", b"a", b"1", b"\n", b"words "]), max_size=6)


@given(st.data(), st.lists(_OUTPUT, min_size=1, max_size=6), st.lists(st.booleans(), min_size=6))
def test_each_has_what_it_printed(
    data: st.DataObject, printed: list[list[bytes]], goes_on: list[bool]
) -> None:
    loop = asyncio.new_event_loop()
    try:
        _check(loop, data, [b"".join(one) for one in printed], goes_on)
    finally:
        loop.close()


def _check(
    loop: asyncio.AbstractEventLoop, data: st.DataObject, printed: list[bytes], goes_on: list[bool]
) -> None:
    logs, offered = _Logs(), deque[Invocation]()
    log = WorkerLog("f", cast("FunctionLogs", logs), offered, _invocation(loop))
    invocations = [_invocation(loop) for _ in printed]
    # With a mark where the worker goes on; without, it waits until the answer has been read.
    marked = [False, *goes_on[: len(printed) - 1]]
    stream, ends, limit = b"", [], []
    for output, has_mark in zip(printed, marked, strict=True):
        stream += (log.mark if has_mark else b"") + output
        ends.append(len(stream))
    for n in range(len(printed)):
        later = [m for m in range(n + 1, len(printed)) if not marked[m]]
        limit.append(ends[later[0] - 1] if later else len(stream))
    position, tails = 0, []
    for n, invocation in enumerate(invocations):
        if not marked[n]:
            offered.extend(_run_after(invocations, marked, n))
        else:
            assert offered.popleft() is invocation
        log.begin(invocation, "1", with_mark=marked[n])
        while position < ends[n] or (position < limit[n] and data.draw(st.booleans())):
            size = data.draw(st.integers(1, limit[n] - position))
            log.take(stream[position : position + size])
            position += size
        if log.is_undecided and position < limit[n]:
            log.take(stream[position : limit[n]])
            position = limit[n]
        tails.append(log.end(invocation, b"END\n"))
    for invocation, output, tail in zip(invocations, printed, tails, strict=True):
        assert tail == invocation.start_line("1") + output + b"END\n"
    assert logs.text == b"".join(tails)


def _run_after(invocations: list[Invocation], marked: list[bool], n: int) -> list[Any]:
    found = []
    for invocation, has_mark in zip(invocations[n + 1 :], marked[n + 1 :], strict=True):
        if not has_mark:
            break
        found.append(invocation)
    return found
