"""Code that comes in: unpacking a deployment package, and judging the syntax of a file.

The bytes come from whoever may deploy a function, and a zip file can lie about everything: names
that leave the directory, links, sizes, a member that inflates a thousandfold. So nothing of it is
believed: names are checked before anything is written, bytes are counted while they are inflated.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import struct
import subprocess
import zipfile
import zlib
from pathlib import Path

from poolhouse.functions.environment import startup_variables
from poolhouse.functions.nodes import NodeMissing, find_node

LARGEST_UNPACKED_BYTES = 262_144_000
"""Lambda quota "Deployment package (.zip file archive) size": 250 MB unzipped."""
LARGEST_ENTRIES = 20_000
"""Ours: Lambda documents no such bound."""
_LARGEST_INDEX_BYTES = 4 * 1024 * 1024
"""Of the index at the end of the zip, which is read whole into memory before it can be checked."""
_CHUNK_BYTES = 256 * 1024

_END_RECORD = struct.Struct("<4s4H2LH")
_END_MARK = b"PK\x05\x06"
_END64_MARK = b"PK\x06\x07"
_ENCRYPTED = 0x1
_JAVASCRIPT = (".mjs", ".js", ".cjs")
_CHECK_SECONDS = 10


class BadPackage(ValueError):
    """The upload is no zip file that could be unpacked. ``detail`` is for the operator's log."""

    def __init__(self, detail: str) -> None:
        super().__init__(
            "Could not unzip uploaded file. Please check your file, then try to upload again."
        )
        self.detail = detail


_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""What :mod:`zipfile` raises for bytes that are not what they say."""


def unpack(
    zipped: bytes,
    directory: Path,
    *,
    largest_bytes: int = LARGEST_UNPACKED_BYTES,
    largest_entries: int = LARGEST_ENTRIES,
) -> None:
    """Make ``directory``, which must not be there yet, with the code of a deployment package.

    Files are on disk (fsync) when this returns; when it raises, what was made is gone again. For it
    to appear whole, unpack beside the final name and rename. Blocking. Raises :class:`BadPackage`,
    and OSError when the disk refuses.
    """
    _check_index(zipped)
    directory.mkdir(mode=0o755)
    try:
        with zipfile.ZipFile(io.BytesIO(zipped)) as archive:
            entries = _checked_entries(archive, largest_entries)
            _extract(archive, entries, directory, largest_bytes)
        _sync_directories(directory)
    except BaseException as error:
        shutil.rmtree(directory, ignore_errors=True)
        if isinstance(error, _DAMAGED) and not isinstance(error, BadPackage):
            raise BadPackage(f"damaged: {error}") from error
        raise


def _check_index(zipped: bytes) -> None:
    """Bound what ``zipfile`` will read before it lets us look at anything."""
    at = zipped.rfind(_END_MARK, max(0, len(zipped) - _END_RECORD.size - 0xFFFF))
    if at < 0 or len(zipped) - at < _END_RECORD.size:
        raise BadPackage("not a zip file")
    index_bytes = _END_RECORD.unpack_from(zipped, at)[5]
    if index_bytes > _LARGEST_INDEX_BYTES:
        raise BadPackage(f"the index has {index_bytes} bytes")
    if zipped[max(0, at - 20) : at].startswith(_END64_MARK):
        raise BadPackage("zip64, which a package within the limits does not need")


def _checked_entries(
    archive: zipfile.ZipFile, largest_entries: int
) -> list[tuple[zipfile.ZipInfo, tuple[str, ...]]]:
    """Every member with the parts of its path. Raises :class:`BadPackage`."""
    found = archive.infolist()
    if len(found) > largest_entries:
        raise BadPackage(f"{len(found)} entries")
    entries = []
    names: set[str] = set()
    for info in found:
        parts = _safe_parts(info)
        # On a file system that folds case, two names would be one file.
        name = "/".join(parts).casefold()
        if name in names:
            raise BadPackage(f"two entries have the name {info.filename!r}")
        names.add(name)
        entries.append((info, parts))
    return entries


def _safe_parts(info: zipfile.ZipInfo) -> tuple[str, ...]:
    name = info.orig_filename
    if not name or "\0" in name or "\\" in name or name.startswith("/") or name[1:2] == ":":
        raise BadPackage(f"the name {name!r} is not a relative path")
    parts = tuple(part for part in name.rstrip("/").split("/") if part != ".")
    if not parts or ".." in parts or "" in parts:
        raise BadPackage(f"the name {name!r} is not a plain path below the package")
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or (
        kind and (kind == stat.S_IFDIR) != info.is_dir()
    ):
        raise BadPackage(f"{name!r} is a link or a special file")
    if info.flag_bits & _ENCRYPTED:
        raise BadPackage(f"{name!r} is encrypted")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise BadPackage(f"{name!r} is compressed by method {info.compress_type}")
    return parts


def _extract(
    archive: zipfile.ZipFile,
    entries: list[tuple[zipfile.ZipInfo, tuple[str, ...]]],
    root: Path,
    largest_bytes: int,
) -> None:
    left_bytes = largest_bytes
    for info, parts in entries:
        target = root.joinpath(*parts)
        try:
            if info.is_dir():
                target.mkdir(parents=True, exist_ok=True)
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            executable = bool((info.external_attr >> 16) & 0o111)
            with archive.open(info) as source, target.open("xb") as file:
                while chunk := source.read(_CHUNK_BYTES):
                    # Headers may say anything about sizes; what has come out is what counts.
                    left_bytes -= len(chunk)
                    if left_bytes < 0:
                        raise BadPackage(f"more than {largest_bytes} bytes unpacked")
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            target.chmod(0o755 if executable else 0o644)
        except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
            raise BadPackage(f"{info.filename!r} is a file and a directory") from error
        except OSError as error:
            if error.filename and len(max(parts, key=len).encode()) > 255:
                raise BadPackage("a name is too long") from error
            raise


def _sync_directories(root: Path) -> None:
    for directory, _, _ in os.walk(root):
        _sync(Path(directory))


def _sync(directory: Path) -> None:
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def check_syntax(path: Path, node_setting: str | None = None) -> str | None:
    """What is wrong with the syntax of one source file; None if nothing is.

    JavaScript is judged by ``node --check``; where there is no Node.js it passes. Blocking.
    """
    if path.suffix == ".py":
        return _check_python(path)
    if path.suffix not in _JAVASCRIPT:
        return None
    try:
        node = find_node(node_setting)
    except NodeMissing:
        return None
    done = subprocess.run(
        [node.executable, *node.disabling_options, "--check", str(path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_CHECK_SECONDS,
        check=False,
        text=True,
        errors="replace",
        env=startup_variables(),
    )
    if done.returncode == 0:
        return None
    # What follows is the stack of Node's own loader.
    return done.stderr.partition("\n    at ")[0].strip() or f"{path}: node --check failed"


def _check_python(path: Path) -> str | None:
    try:
        compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{path}:{error.lineno}: {error.msg}"
    except ValueError as error:
        return f"{path}: {error}"
    return None
