"""What one worker prints, told apart by the invocation that printed it.

Output comes through a pipe, answers through a socket. Whatever an invocation prints is in the pipe
before its answer is sent, so what is read from the pipe after the answer belongs to it, up to the
mark: a worker that goes on by itself writes one where the next invocation begins.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

from poolhouse.functions.invocations import TAIL_BYTES, Invocation
from poolhouse.functions.logs import FunctionLogs


class WorkerLog:
    """The log of one worker process.

    ``offered`` are the invocations that the worker may go on with, oldest first; ``between`` stands
    for no invocation: loading, or threads left running.
    """

    def __init__(
        self,
        function_name: str,
        logs: FunctionLogs,
        offered: Sequence[Invocation],
        between: Invocation,
    ) -> None:
        self.mark = b"\0%s\n" % os.urandom(8).hex().encode()
        """Random, so that a function does not print it by chance."""
        self.between = between
        self._name = function_name
        self._logs = logs
        self._offered = offered
        self._current = between
        self._speaker = between
        self._held = b""
        """The end of what was read, where it may be the beginning of a mark."""
        self.early_marks = 0
        """How many of ``offered`` have begun, though no answer that was read says so."""
        self._late_marks = 0
        """How many of those that have begun have their marks still to come."""

    @property
    def output_bytes(self) -> int:
        """How much the running invocation has printed."""
        return self._current.output_bytes

    @property
    def is_undecided(self) -> bool:
        """Whether what was read ends with what may be a part of a mark. A mark is written whole: if
        it is one, the rest can be read.
        """
        return bool(self._held)

    def begin(self, invocation: Invocation, version: str, *, with_mark: bool) -> None:
        """An invocation has begun: whether the worker goes on with it, and so writes a mark."""
        self._current = invocation
        invocation.tail = invocation.start_line(version)
        early, invocation.early_output = invocation.early_output, b""
        self._enter(invocation, early)
        if not with_mark:
            # What was counted until now came of marks that the function itself has printed.
            self.early_marks = self._late_marks = 0
        elif self.early_marks:
            self.early_marks -= 1
            return
        else:
            self._late_marks += 1
        self._speaker = invocation

    def take(self, data: bytes) -> None:
        """Enter what was read from the pipe."""
        if not self._held and b"\0" not in data:
            self._enter(self._speaker, data)
            return
        *whole, last = (self._held + data).split(self.mark)
        for piece in whole:
            self._enter(self._speaker, piece)
            self._pass_mark()
        end = len(last) - _common(last, self.mark)
        self._held = last[end:]
        self._enter(self._speaker, last[:end])

    def write(self, text: str) -> None:
        """A line of our own, in the running invocation's log."""
        self._enter(self._current, text.encode())

    def end(self, invocation: Invocation, lines: bytes) -> bytes:
        """Enter the last lines of an invocation; the tail of its log. All that was printed before
        its answer must have been read.
        """
        held, self._held = self._held, b""
        self._enter(self._speaker, held)
        tail = (invocation.tail + lines)[-TAIL_BYTES:]
        # A silent function's log is written in one piece.
        self._logs.append(self._name, lines if invocation.output_bytes else tail)
        self._current = self.between
        if self._speaker is invocation:
            self._speaker = self.between
        return tail

    def _pass_mark(self) -> None:
        if self._late_marks:
            self._late_marks -= 1
        elif self.early_marks < len(self._offered):
            self._speaker = self._offered[self.early_marks]
            self.early_marks += 1

    def _enter(self, speaker: Invocation, data: bytes) -> None:
        if not data:
            return
        if speaker is not self._current:
            speaker.early_output += data
            return
        if speaker.output_bytes == 0:
            self._logs.append(self._name, speaker.tail)  # the START line
        self._logs.append(self._name, data)
        speaker.add_output(data)


def _common(text: bytes, mark: bytes) -> int:
    """How many bytes at the end of ``text`` are the beginning of ``mark``."""
    for size in range(min(len(mark) - 1, len(text)), 0, -1):
        if text.endswith(mark[:size]):
            return size
    return 0
