"""A progress bar over the JSON lines of a long answer, on standard error, on a terminal only."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click


def followed(lines: Iterable[dict[str, Any]], what: str) -> dict[str, Any]:
    """The report at the end of ``lines``; progress on the way is shown."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    report: dict[str, Any] | None = None
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        for line in lines:
            if "report" in line:
                report = line["report"]
            elif "progress" in line:
                told = line["progress"]
                progress.update(task, completed=told["done"], total=told.get("total"))
    if report is None:
        raise click.ClickException("the server ended before its report was done")
    return report
