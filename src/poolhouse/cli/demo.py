"""``poolhouse demo``: the story, told by a server that is started for it."""

from __future__ import annotations

import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import click


@click.command("demo")
@click.option("--port", default=4566, show_default=True, help="Port of the server; 0: a free one.")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="Directory that keeps what happens. Default: one that is deleted at the end.",
)
@click.option("--exit", "leave", is_flag=True, help="End the server when the story is told.")
def command(port: int, data: Path | None, leave: bool) -> None:
    """Tell the story of a customized access token, and leave the server running.

    A pool, a user, a pre token generation function in JavaScript and then in Python, and what both
    tokens say before and after. Exits with 1 when the tokens do not say it.
    """
    from poolhouse.demo.running import NoServer
    from poolhouse.demo.telling import tell

    place = nullcontext(str(data)) if data else tempfile.TemporaryDirectory(prefix="poolhouse-")
    with place as directory:
        try:
            good = tell(port, Path(directory), leave=leave)
        except NoServer as error:
            raise click.ClickException(str(error)) from error
    sys.exit(0 if good else 1)
