"""What a worker process may use of the machine, and how its memory is counted.

Memory is the *private resident* memory of the process and its children: pages that are its own and
in RAM (``/proc/PID/statm``, resident minus shared). The interpreter's program pages are shared by
all workers and not counted, so Python starts at about 5 MiB (45 with boto3 and a client), Node.js
at about 10. A process found above ``memory_mib`` is killed, as in Lambda. The look is taken every
10 ms while an invocation runs, so a fast allocation overshoots by a few ten MiB; behind it stands
the kernel's own limit on private writable mappings (``RLIMIT_DATA``), which refuses a single huge
one at once. Both need Linux; elsewhere only Node's heap limit holds.

This protects the machine from mistakes. It is not a sandbox against hostile code.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

MIB = 1024 * 1024
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_LINUX = sys.platform == "linux"

_MAPPED_BEYOND_MEMORY_MIB = {"python": 512, "nodejs": 1536}
"""Mappings an interpreter makes and hardly touches (stacks; V8 reserves 550 MiB for code)."""
_OPEN_FILES = 1024
_FILE_BYTES = 512 * MIB
"""Lambda's figures: 1,024 file descriptors; 512 MB of temporary storage, here per file."""
_HEAP_SHARE = 0.75
"""Node's old generation; the rest is for the young one, buffers and the program's own memory."""


def node_heap_mib(memory_mib: int) -> int:
    """The value of ``--max-old-space-size`` for a function with ``memory_mib``."""
    return max(64, int(memory_mib * _HEAP_SHARE))


def bound_process(pid: int, *, memory_mib: int, family: str) -> None:
    """Set the kernel's limits of a fresh worker, and how it is scheduled. ``family`` is ``python``
    or ``nodejs``.
    """
    if not _LINUX:
        return
    import resource  # POSIX only, and prlimit is Linux only

    mapped = (memory_mib + _MAPPED_BEYOND_MEMORY_MIB[family]) * MIB
    wanted = {
        resource.RLIMIT_DATA: mapped,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_FSIZE: _FILE_BYTES,
    }
    # Where no core is free it waits its turn, and finds several invocations, instead of
    # interrupting the server for each one.
    with suppress(OSError):
        os.sched_setscheduler(pid, os.SCHED_BATCH, os.sched_param(0))
    with suppress(ProcessLookupError):
        for which, value in wanted.items():
            _, hard = resource.prlimit(pid, which)
            if hard != resource.RLIM_INFINITY:
                value = min(value, hard)
            resource.prlimit(pid, which, (value, value))
    # If the kernel has to choose somebody after all, it shall be a function, not the server.
    with suppress(OSError), open(f"/proc/{pid}/oom_score_adj", "w") as file:
        file.write("1000")


def private_memory_bytes(pid: int) -> int:
    """Private resident memory of a process and its children; 0 when it cannot be known."""
    if not _LINUX:
        return 0
    total = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        try:
            fd = os.open(f"/proc/{one}/statm", os.O_RDONLY | os.O_CLOEXEC)
            try:
                _, resident, shared, _ = os.read(fd, 256).split(maxsplit=3)
            finally:
                os.close(fd)
            total += max(0, int(resident) - int(shared)) * _PAGE_BYTES
            fd = os.open(f"/proc/{one}/task/{one}/children", os.O_RDONLY | os.O_CLOEXEC)
            try:
                waiting += [int(child) for child in os.read(fd, 4096).split()]
            finally:
                os.close(fd)
        except (OSError, ValueError):
            continue
    return total
