"""``python -m poolhouse.server.worker``: a server process that a supervisor started.

Its arguments are descriptors: the listening socket, the pipe that tells when it accepts requests,
and the pipe that ends when the supervisor does. Its settings are in the environment.
"""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import threading


def main(listener: int, telling: int, supervised: int) -> int:
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(0))
    orphaned = threading.Event()
    watching = threading.Thread(
        target=_end_with_supervisor, args=(supervised, orphaned), daemon=True
    )
    watching.start()
    gc.disable()  # until the server accepts: a start makes hardly any garbage
    importlib.import_module("poolhouse.logs")  # the first to import structlog keeps Rich out
    from poolhouse.app import from_environment
    from poolhouse.server.process import run

    return run(from_environment(), socket.socket(fileno=listener), lambda: _tell(telling), orphaned)


def _tell(descriptor: int) -> None:
    os.write(descriptor, b"1")
    os.close(descriptor)


def _end_with_supervisor(descriptor: int, orphaned: threading.Event) -> None:
    os.read(descriptor, 1)  # nobody writes: it returns when the other end is closed
    orphaned.set()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
