"""Functions for tests: source text to a directory, a revision and an invocation."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from poolhouse.functions.runtime import Failed, FunctionCode, NotRun, Outcome, Returned
from poolhouse.functions.workers import LocalInvoker

PYTHON = "python3.11"
NODE = "nodejs22.x"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:"


@dataclass
class Functions:
    """A directory full of functions, and the invoker that runs them."""

    root: Path
    invoker: LocalInvoker
    made: int = field(default=0)

    def make(
        self,
        source: str,
        *,
        file: str = "index.py",
        name: str = "claims",
        handler: str | None = None,
        runtime: str | None = None,
        revision: str = "",
        files: dict[str, str] | None = None,
        **more: Any,
    ) -> FunctionCode:
        """Write ``source`` to a directory of its own; the handler is ``handler`` of that file."""
        self.made += 1
        directory = self.root / f"code-{self.made}"
        for path, text in {file: source, **(files or {})}.items():
            target = directory / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text)
        stem, _, suffix = file.rpartition(".")
        return FunctionCode(
            name=name,
            arn=ARN + name,
            version="$LATEST",
            revision=revision or f"revision-{self.made}",
            runtime=runtime or (PYTHON if suffix == "py" else NODE),
            handler=handler or f"{stem}.handler",
            directory=directory,
            **more,
        )

    async def run(self, code: FunctionCode, event: Any = None, **more: Any) -> Outcome:
        return await self.invoker.invoke(code, json.dumps(event).encode(), **more)

    async def value(self, code: FunctionCode, event: Any = None, **more: Any) -> Any:
        """What the handler answers; anything else than an answer is a failure of the test."""
        outcome = await self.run(code, event, **more)
        assert isinstance(outcome, Returned), outcome
        return json.loads(outcome.payload)

    async def error(self, code: FunctionCode, event: Any = None, **more: Any) -> dict[str, Any]:
        """The error document of a function that must fail."""
        outcome = await self.run(code, event, **more)
        assert isinstance(outcome, Failed), outcome
        document = json.loads(outcome.payload)
        assert isinstance(document, dict)
        return document

    async def refusal(self, code: FunctionCode, event: Any = None, **more: Any) -> NotRun:
        outcome = await self.run(code, event, **more)
        assert isinstance(outcome, NotRun), outcome
        return outcome

    async def log(self, name: str = "claims") -> str:
        """The log of a function, once everything is written."""
        await self.invoker.logs.flush()
        return (self.root / "logs" / f"{name}.log").read_text()


@asynccontextmanager
async def functions_in(root: Path, **settings: Any) -> AsyncIterator[Functions]:
    invoker = LocalInvoker(log_directory=root / "logs", **settings)
    try:
        yield Functions(root, invoker)
    finally:
        await invoker.close()


MakeFunctions = Callable[..., Any]


def processes_with(text: str) -> list[int]:
    """Processes whose command line holds ``text`` and that are not zombies."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            command = (entry / "cmdline").read_bytes()
            state = re.search(r"State:\s+(\w)", (entry / "status").read_text())
        except OSError:
            continue
        if text.encode() in command and state is not None and state[1] != "Z":
            found.append(int(entry.name))
    return found
