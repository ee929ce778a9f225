"""Which file and which handler a function starts with, when nobody says so."""

from __future__ import annotations

import ast
from pathlib import Path

_SUFFIXES = (".mjs", ".js", ".cjs", ".py")
_USUAL_STEMS = ("index", "lambda_function", "handler", "main", "app")
_PYTHON_HANDLERS = ("lambda_handler", "handler")


class NoHandler(ValueError):
    """Nothing here can be started; the message says what was looked for."""


def default_handler(path: Path) -> tuple[Path, str]:
    """The entry file of a file or folder, and ``file.function`` in it.

    ``handler`` is what JavaScript exports; in Python ``lambda_handler`` (the console's default) or
    ``handler``, whichever the file defines. Raises :class:`NoHandler`, or OSError.
    """
    entry = _entry_of_folder(path) if path.is_dir() else path
    if entry.suffix not in _SUFFIXES:
        raise NoHandler(f"{entry} is neither Python (.py) nor JavaScript (.mjs, .js, .cjs)")
    function = _python_handler(entry) if entry.suffix == ".py" else "handler"
    return entry, f"{entry.stem}.{function}"


def _entry_of_folder(folder: Path) -> Path:
    for stem in _USUAL_STEMS:
        for suffix in _SUFFIXES:
            candidate = folder / f"{stem}{suffix}"
            if candidate.is_file():
                return candidate
    sources = [each for each in folder.iterdir() if each.suffix in _SUFFIXES and each.is_file()]
    if len(sources) != 1:
        names = ", ".join(_USUAL_STEMS)
        raise NoHandler(f"{folder} has no file called {names} with one of {', '.join(_SUFFIXES)}")
    return sources[0]


def _python_handler(entry: Path) -> str:
    try:
        tree = ast.parse(entry.read_bytes(), str(entry))
    except (SyntaxError, ValueError):
        return _PYTHON_HANDLERS[0]  # its syntax is judged elsewhere; any handler will do till then
    names = {name for statement in tree.body for name in _bound(statement)}
    for name in _PYTHON_HANDLERS:
        if name in names:
            return name
    raise NoHandler(f"{entry} defines neither {' nor '.join(_PYTHON_HANDLERS)}")


def _bound(statement: ast.stmt) -> list[str]:
    """The names a statement of a module's top level binds, as far as can be seen."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    if isinstance(statement, ast.Assign):
        return [target.id for target in statement.targets if isinstance(target, ast.Name)]
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return [statement.target.id]
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [alias.asname or alias.name for alias in statement.names]
    if isinstance(statement, ast.If | ast.Try):
        inner = [each for each in ast.iter_child_nodes(statement) if isinstance(each, ast.stmt)]
        return [name for each in inner for name in _bound(each)]
    return []
