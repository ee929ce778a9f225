"""Imports go down only, and rules stay pure. The table is the one in CONTRIBUTING.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import poolhouse

SOURCE = Path(poolhouse.__file__).parent
CONTRIBUTING = Path(__file__).parents[2] / "CONTRIBUTING.md"

# Highest first. A room imports what is on lower floors, and in its own row what an arrow leads to.
FLOORS = {
    "front door": [
        "__main__ → cli → demo",
        "cli → client",
    ],
    "roof": [
        "server → app",
    ],
    "faces": [
        "lambda_api → api",
        "own_api → api → administrators → sigv4",
        "administrators → origins",
        "api → bodies",
        "hosted → oauth → bodies",
        "own_api → bodies",
        "inbox_api",
        "kms_api → api",
        "metrics_page → origins",
        "readiness",
        "brand_images",
        "console → origins",
        "import_uploads",
        "api → answers",
        "oauth → answers",
        "requests",
    ],
    "services": [
        "accounts → auth → tokens → triggers → functions",
        "accounts → messages",
        "auth → messages",
        "messages → triggers",
        "tokens → audit",
        "tokens → recording",
        "tokens → governance",
        "tokens → federation",
        "replay → tokens",
        "budget → tokens",
        "policy → tokens",
        "authorization → tokens",
        "vectors → triggers",
        "housekeeping",
        "imports → auth",
        "auth → threat_protection → messages → log_delivery",
        "app_clients",
        "federation",
        "throttling",
    ],
    "store": [
        "store",
    ],
    "ground": [
        "house",
        "settings → domain → errors",
        "domain → ids",
        "clock",
        "logs",
        "metrics",
        "tracing",
    ],
}
PURE = frozenset(
    {
        "__future__",
        "base64",
        "collections",
        "dataclasses",
        "datetime",
        "decimal",
        "functools",
        "hashlib",
        "hmac",
        "itertools",
        "json",
        "math",
        "poolhouse",
        "re",
        "regex",
        "string",
        "tinycss2",
        "types",
        "typing",
        "unicodedata",
        "urllib",
        "xml",
    }
)


def reachable() -> dict[str, set[str]]:
    """Room to the rooms it may import."""
    allowed: dict[str, set[str]] = {}
    below: set[str] = set()
    for row in reversed(FLOORS.values()):
        chains = [chain.split(" → ") for chain in row]
        for chain in chains:
            for index, room in enumerate(chain):
                allowed.setdefault(room, set()).update(below, chain[index:])
        for _ in chains:  # an arrow leads on to where the next one leads
            for room in {room for chain in chains for room in chain}:
                allowed[room].update(*(allowed[other] for other in allowed[room]))
        below |= {room for chain in chains for room in chain}
    return allowed


def imports(file: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of every import; what only a type checker sees does not count."""
    waiting: list[ast.AST] = [ast.parse(file.read_text(encoding="utf-8"))]
    for node in waiting:
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "poolhouse":
            yield from ((node.lineno, f"poolhouse.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, node.module or "."
        elif not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"):
            waiting.extend(ast.iter_child_nodes(node))


def room_of(file: Path) -> str:
    return file.relative_to(SOURCE).parts[0].removesuffix(".py")


def test_imports_go_down_only() -> None:
    allowed = reachable()
    wrong = [
        f"{file.relative_to(SOURCE)}:{line}: {room_of(file)} may not import {name}"
        for file in sorted(SOURCE.rglob("*.py"))
        if file.parent != SOURCE or file.name != "__init__.py"
        for line, name in imports(file)
        if name.startswith("poolhouse.")
        and name != "poolhouse.__version__"
        and name.split(".")[1] not in allowed[room_of(file)]
    ]
    assert wrong == []


def test_no_room_is_missing_or_gone() -> None:
    rooms = {room_of(file) for file in SOURCE.rglob("*.py")} - {"__init__"}
    assert rooms == set(reachable())


def test_rules_import_nothing_that_has_effects() -> None:
    wrong = [
        f"{file.name}:{line}: {name}"
        for file in sorted((SOURCE / "domain").glob("*.py"))
        for line, name in imports(file)
        if name.partition(".")[0] not in PURE
    ]
    assert wrong == []


def test_contributing_shows_the_same_table() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in CONTRIBUTING.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    shown = [(row[0], row[1].replace("`", "")) for row in rows if row[0] in FLOORS]
    assert shown == [(floor, chain) for floor, chains in FLOORS.items() for chain in chains]
