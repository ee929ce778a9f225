"""``poolhouse copy``: a whole database into an empty one."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from poolhouse.store.database import Place

_PLACE = "a data directory, or postgresql://…"


@click.command("copy")
@click.option("--from", "source", required=True, metavar="PLACE", help=f"What to copy: {_PLACE}")
@click.option("--to", "target", required=True, metavar="PLACE", help=f"Where to: {_PLACE}; empty.")
def command(source: str, target: str) -> None:
    """Copy everything: users, pools, keys, functions, sign-ins. Then compare row by row.

    Stop the servers first: what they write meanwhile is not copied. Start them again with the same
    master key; a data directory that has no configured one keeps it in its file master.key.
    """
    from rich.progress import Progress

    from poolhouse.app import REFUSALS
    from poolhouse.errors import ServiceError
    from poolhouse.store import copying

    places = _place(source), _place(target)
    try:
        total = sum(asyncio.run(copying.count(places[0])).values())
        with Progress(transient=True) as shown:
            bar = shown.add_task("copying", total=2 * total)  # each row is written, and read again

            def progress(table: str, rows: int) -> None:
                shown.update(bar, advance=rows, description=table)

            copied = asyncio.run(copying.copy(*places, progress))
    except (copying.CannotCopy, *REFUSALS) as error:
        raise click.ClickException(str(error)) from error
    except ServiceError as error:
        raise click.ClickException(f"the target takes no such row: {error.message}") from error
    for name, rows in copied.items():
        if rows:
            click.echo(f"{rows:>10}  {name}")
    click.echo(f"{total:>10}  rows copied, and read again with the same checksums")


def _place(given: str) -> Place:
    from poolhouse.app import DATABASE_FILE

    if given.startswith(("postgresql://", "postgres://")):
        return given
    return Path(given) / DATABASE_FILE
