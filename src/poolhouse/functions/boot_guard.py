"""A small process that outlives the server by a moment, to end the workers it left behind.

Workers see the server's end on their socket, but not while a handler runs in an endless loop. The
server tells process groups on standard input (``+PID``, ``-PID``, one a line); when that ends
without a farewell, the server is gone, and so must be whatever is still on the list.
"""

from __future__ import annotations

import os
import signal
import sys


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    groups: set[int] = set()
    for line in sys.stdin:
        group = int(line[1:])
        if line[0] == "+":
            groups.add(group)
        else:
            groups.discard(group)
    for group in groups:
        try:
            os.killpg(group, signal.SIGKILL)
        except OSError:
            continue


if __name__ == "__main__":
    main()
