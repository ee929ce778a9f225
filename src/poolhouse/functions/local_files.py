"""``--function NAME=PATH``: functions that run right where they are written, and follow every edit.

A function is one file (its folder is on the module path) or a whole folder. It answers to its name
in every region and account and needs no permission. A change of any source gives it a new revision,
so that the next invocation runs the new code.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import structlog

from poolhouse.functions.entry_points import NoHandler, default_handler
from poolhouse.functions.packages import check_syntax
from poolhouse.settings import BadSetting

log = structlog.get_logger("poolhouse.functions")

SOURCE_SUFFIXES = frozenset({".py", ".mjs", ".js", ".cjs", ".json"})
_IGNORED_FOLDERS = frozenset({"node_modules", "__pycache__", ".git", ".venv"})
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_DEBOUNCE_MS = 50
_LOOK_ANYWAY_MS = 5000

_UNUSABLE = hashlib.sha256(b"unusable").hexdigest()

PYTHON = f"python3.{sys.version_info.minor}"
NODE = "nodejs22.x"
"""The newest runtime with callbacks, which many examples use; newer syntax runs in it as well."""


@dataclass(frozen=True, slots=True)
class LocalFile:
    """One function as its files are now. ``entry`` is the file its handler is in."""

    name: str
    path: Path
    directory: Path
    entry: Path
    runtime: str
    handler: str
    revision: str


def parse(text: str) -> dict[str, Path]:
    """Read ``NAME=PATH,NAME=PATH``. Raises :class:`~poolhouse.settings.BadSetting`."""
    found: dict[str, Path] = {}
    for pair in filter(None, (part.strip() for part in text.split(","))):
        name, separator, path = pair.partition("=")
        if not separator or not path or not _NAME.fullmatch(name):
            raise BadSetting(f"functions must be NAME=PATH pairs, not {pair!r}")
        if name in found:
            raise BadSetting(f"functions names {name} twice")
        found[name] = Path(path).expanduser().absolute()
    return found


class LocalFiles:
    """The functions of the setting. Read at once; :meth:`start` begins to follow their files."""

    def __init__(self, text: str, *, node_setting: str | None = None) -> None:
        self._node_setting = node_setting
        self._paths = parse(text)
        self._functions: dict[str, LocalFile] = {}
        for name, path in self._paths.items():
            if not path.exists():
                raise BadSetting(f"function {name}: there is no {path}")
            try:
                self._functions[name] = read(name, path)
            except NoHandler as error:
                raise BadSetting(f"function {name}: {error}") from error
            _report(self._functions[name], "a function runs from a file", node_setting)
        self._stopped = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def get(self, name: str) -> LocalFile | None:
        return self._functions.get(name)

    def names(self) -> list[str]:
        return sorted(self._functions)

    def start(self) -> None:
        """Follow the files from now on, in tasks of the running event loop."""
        folders = {path for path in self._paths.values() if path.is_dir()}
        parents = {path.parent for path in self._paths.values() if not path.is_dir()} - folders
        for directories, recursive in ((folders, True), (parents, False)):
            if directories:
                watching = self._watch(directories, recursive=recursive)
                self._tasks.append(asyncio.get_running_loop().create_task(watching))

    async def close(self) -> None:
        """Follow no more."""
        self._stopped.set()
        for task in self._tasks:
            await task

    async def _watch(self, directories: set[Path], *, recursive: bool) -> None:
        from watchfiles import Change, awatch

        def is_source(_: Change, path: str) -> bool:
            return any(_is_source_below(Path(path), directory) for directory in directories)

        try:
            changes = awatch(
                *directories,
                watch_filter=is_source,
                debounce=_DEBOUNCE_MS,
                step=_DEBOUNCE_MS // 2,
                stop_event=self._stopped,
                recursive=recursive,
                ignore_permission_denied=True,
                # Also look without being told: for what changed before the watch began, and on
                # file systems that tell nothing.
                rust_timeout=_LOOK_ANYWAY_MS,
                yield_on_timeout=True,
            )
            async for _ in changes:
                await asyncio.to_thread(self._read_again)
        except Exception:
            log.exception("the files of functions are no longer followed")

    def _read_again(self) -> None:
        for name, path in self._paths.items():
            try:
                now = read(name, path)
            except (OSError, NoHandler) as error:
                # The old code must not go on running as if it were still there; its worker will
                # say what is missing.
                now = replace(self._functions[name], revision=_UNUSABLE)
                if now != self._functions[name]:
                    log.error("a function's file cannot be used", function=name, error=str(error))
                self._functions[name] = now
                continue
            if now != self._functions[name]:
                self._functions[name] = now
                _report(now, "a function was reloaded", self._node_setting)


def read(name: str, path: Path) -> LocalFile:
    """The function as it is now. Raises OSError, or NoHandler when there is nothing to run."""
    entry, handler = default_handler(path)
    directory = path if path.is_dir() else path.parent
    runtime = PYTHON if entry.suffix == ".py" else NODE
    digest = hashlib.sha256(f"{handler}\0{runtime}\0".encode())
    for each in sorted(_sources(path)):
        content = each.read_bytes()
        digest.update(f"{each.relative_to(directory)}\0{len(content)}\0".encode() + content)
    return LocalFile(name, path, directory, entry, runtime, handler, digest.hexdigest())


def _sources(path: Path) -> Iterator[Path]:
    """The files whose change means new code: of a folder all below it, of a file its neighbours."""
    if not path.is_dir():
        yield path
        yield from (
            each
            for each in path.parent.iterdir()
            if each.suffix in SOURCE_SUFFIXES - {".json"} and each != path and each.is_file()
        )
        return
    for each in path.iterdir():
        if each.is_symlink() or each.name in _IGNORED_FOLDERS:
            continue
        if each.is_dir():
            yield from _sources(each)
        elif each.suffix in SOURCE_SUFFIXES:
            yield each


def _is_source_below(path: Path, directory: Path) -> bool:
    return (
        path.suffix in SOURCE_SUFFIXES
        and path.is_relative_to(directory)
        and not _IGNORED_FOLDERS & set(path.relative_to(directory).parts)
    )


def _report(function: LocalFile, what: str, node_setting: str | None) -> None:
    log.info(
        what,
        function=function.name,
        path=str(function.path),
        handler=function.handler,
        runtime=function.runtime,
    )
    failure = check_syntax(function.entry, node_setting)
    if failure is not None:
        log.error("a function does not compile", function=function.name, error=failure)
