"""From a runtime's name (``python3.12``, ``nodejs22.x``) to a command of this machine."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import structlog

from poolhouse.functions.limits import node_heap_mib
from poolhouse.functions.nodes import Node, NodeMissing, find_node
from poolhouse.functions.runtime import FunctionCode

_RUNTIME = re.compile(r"(python)3\.\d+|(nodejs)(\d+)\.x")
_BOOT_PYTHON = Path(__file__).with_name("boot_python.py")
_BOOT_NODE = Path(__file__).with_name("boot_node.mjs")

_LAST_MAJOR_WITHOUT_EXPERIMENTS = 22
"""Up to nodejs22.x Lambda turns module detection and require() of ES modules off (documented)."""

log = structlog.get_logger("poolhouse.functions")


class InvalidRuntime(ValueError):
    """Nothing here can run this runtime; the message says why and what to install."""


def family(runtime: str) -> str:
    """``python`` or ``nodejs``. Raises :class:`InvalidRuntime`."""
    found = _RUNTIME.fullmatch(runtime)
    if found is None:
        raise InvalidRuntime(f"runtime {runtime} cannot be run here; python3.x and nodejsNN.x can")
    return found[1] or found[2]


class Interpreters:
    """The interpreters of this machine, found when first needed."""

    def __init__(self, *, python_executable: str | None, node_executable: str | None) -> None:
        self._python = python_executable or sys.executable
        self._node_setting = node_executable
        self._warned: set[str] = set()

    def command(self, code: FunctionCode) -> list[str]:
        """The command that starts a worker; socket and ARN are added by the caller.

        May start a process to ask for a version: not for the event loop. Raises
        :class:`InvalidRuntime`.
        """
        if family(code.runtime) == "python":
            if self._python == sys.executable:
                self._warn_once(code.runtime, f"python3.{sys.version_info.minor}", self._python)
            return [self._python, "-B", "-s", str(_BOOT_PYTHON)]
        try:
            node = find_node(self._node_setting)
        except NodeMissing as error:
            raise InvalidRuntime(str(error)) from error
        self._warn_once(code.runtime, f"nodejs{node.major}.x", node.executable)
        return [
            node.executable,
            f"--max-old-space-size={node_heap_mib(code.memory_mib)}",
            *self._options(code, node),
            str(_BOOT_NODE),
        ]

    @staticmethod
    def _options(code: FunctionCode, node: Node) -> list[str]:
        if int(code.runtime.removeprefix("nodejs")[:-2]) > _LAST_MAJOR_WITHOUT_EXPERIMENTS:
            return []
        wanted = code.environment.get("NODE_OPTIONS", "").split()
        return [
            option
            for option in node.disabling_options
            if option.replace("--no-", "--", 1) not in wanted
        ]

    def _warn_once(self, runtime: str, here: str, executable: str) -> None:
        if runtime != here and runtime not in self._warned:
            self._warned.add(runtime)
            log.warning(
                "functions run on another version than they ask for",
                runtime=runtime,
                runs_on=here,
                executable=executable,
            )
