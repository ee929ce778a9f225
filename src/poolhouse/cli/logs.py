"""``poolhouse logs``: a function's output, read from the data directory of a server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from poolhouse.cli import options


@click.command("logs")
@click.argument("function")
@click.option("--follow", "-f", is_flag=True, help="Go on printing what is added.")
@click.option("--lines", "-n", default=100, show_default=True, help="Lines of the past.")
@click.option("--data", type=click.Path(path_type=Path), help="Data directory of the server.")
def command(function: str, follow: bool, lines: int, data: Path | None) -> None:
    """Show what FUNCTION printed, with Lambda's START, END and REPORT lines."""
    from poolhouse.functions.logs import follow_log, log_path, read_log

    directory = (data or options.load()[0].data) / "logs"
    if not follow and not log_path(directory, function).exists():
        raise click.ClickException(
            f"{function} has no log in {directory}: it was never run, or another data directory "
            "is meant (--data)"
        )
    _write(_last_lines(read_log(directory, function), lines))
    if follow:
        for piece in follow_log(directory, function, last_bytes=0):
            _write(piece)


def _last_lines(text: bytes, count: int) -> bytes:
    return b"".join(text.splitlines(keepends=True)[-count:]) if count > 0 else b""


def _write(piece: bytes) -> None:
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
