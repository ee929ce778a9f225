"""Which operations tests called, and how each ended: gathered from every boto3 client.

``pytest --operations FILE`` writes the table (operation, a test in which it succeeded, a test in
which it was refused) and fails where an operation that is implemented was not called both ways. A
hand-kept list would say what was meant; this says what happened.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Entry = tuple[str, str, str]

_NOT_JUDGED = frozenset({"InternalErrorException", "InternalServerException"})


@dataclass(slots=True)
class Calls:
    """Operation to the first test that saw it succeed, and to the first that saw it refused."""

    succeeded: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)

    def note(self, parsed: Mapping[str, Any], model: Any, **_: Any) -> None:
        """A handler of botocore's ``after-call`` event."""
        code = parsed.get("Error", {}).get("Code")
        if code in _NOT_JUDGED:
            return
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" ")[0]
        (self.succeeded if code is None else self.refused).setdefault(model.name, test)

    def entries(self) -> list[Entry]:
        """What one test process hands to the one that waits for it."""
        return [("succeeded", *each) for each in self.succeeded.items()] + [
            ("refused", *each) for each in self.refused.items()
        ]

    def merge(self, entries: Iterable[Entry]) -> None:
        for ending, operation, test in entries:
            known: dict[str, str] = getattr(self, ending)
            known[operation] = min(test, known.get(operation, test))

    def gaps(self, operations: Iterable[str]) -> list[str]:
        return [
            f"{operation} was never {ending}"
            for operation in sorted(operations)
            for ending, known in (("answered", self.succeeded), ("refused", self.refused))
            if operation not in known
        ]

    def write(self, path: Path, operations: Iterable[str]) -> None:
        rows = [
            f"| {name} | {self.succeeded.get(name, '')} | {self.refused.get(name, '')} |"
            for name in sorted(operations)
        ]
        head = "| operation | succeeded in | refused in |\n| --- | --- | --- |\n"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


CALLS = Calls()
