"""Starting a worker process: its socket, its log pipe, its limits, its environment."""

from __future__ import annotations

import os
import socket
import subprocess
import uuid
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

from poolhouse.functions.backlog import Backlog
from poolhouse.functions.environment import worker_environment
from poolhouse.functions.guard import Guard
from poolhouse.functions.interpreters import Interpreters, family
from poolhouse.functions.limits import bound_process
from poolhouse.functions.runtime import FunctionCode


@dataclass(slots=True)
class Spawned:
    """A process that has just been started; it is loading the handler now."""

    process: subprocess.Popen[bytes]
    socket: socket.socket
    """Our end of the socket pair, non-blocking. Its end is the process's order to exit."""
    log_fd: int
    """Reading end of the pipe that is the process's standard output and error, non-blocking."""
    backlog: Backlog


def spawn(
    code: FunctionCode,
    mark: bytes,
    *,
    interpreters: Interpreters,
    guard: Guard,
    extra_environment: Mapping[str, str],
    home: str,
) -> Spawned:
    """Start a worker in a session of its own. Blocks for some milliseconds: call it in a thread.

    ``mark`` is what it writes to its log where it goes on with an invocation from its backlog.

    Raises :class:`~poolhouse.functions.interpreters.InvalidRuntime`, or OSError when the machine
    refuses (no directory, no more processes or descriptors).
    """
    command = interpreters.command(code)
    stream = f"{datetime.now(UTC):%Y/%m/%d}/[{code.version}]{uuid.uuid4().hex}"
    environment = worker_environment(code, extra=extra_environment, log_stream=stream, home=home)
    with ExitStack() as stack:
        ours, theirs = socket.socketpair()
        stack.callback(theirs.close)
        stack.push(on_failure := ExitStack())
        on_failure.callback(ours.close)
        log_fd, log_end = os.pipe()
        stack.callback(os.close, log_end)
        on_failure.callback(os.close, log_fd)
        backlog = Backlog()
        on_failure.callback(backlog.close)
        passed = (theirs.fileno(), backlog.worker_end.fileno())
        ours.setblocking(False)
        os.set_blocking(log_fd, False)
        process = subprocess.Popen(
            [*command, *map(str, passed), mark.hex(), code.arn],
            stdin=subprocess.DEVNULL,
            stdout=log_end,
            stderr=log_end,
            pass_fds=passed,
            cwd=code.directory,
            env=environment,
            start_new_session=True,
        )
        on_failure.pop_all()
    guard.watch(process.pid)
    bound_process(process.pid, memory_mib=code.memory_mib, family=family(code.runtime))
    return Spawned(process, ours, log_fd, backlog)


def exit_status(process: subprocess.Popen[bytes]) -> int | None:
    """How a process ended (negative for a signal), without reaping it; None while it lives.

    Not reaping keeps its number taken, so that its group can still be signalled safely.
    """
    try:
        found = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return process.returncode if process.returncode is not None else 0
    if found is None:
        return None
    return found.si_status if found.si_code == os.CLD_EXITED else -found.si_status
