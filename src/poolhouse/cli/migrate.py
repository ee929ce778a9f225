"""``poolhouse migrate``: bring the database to the schema of this poolhouse."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import click

from poolhouse.cli import options


@click.command("migrate", params=[options.SETTINGS_FILE, *options.of_settings("data", "database")])
@click.option("--check", is_flag=True, help="Change nothing; list what is missing, exit status 1.")
@click.option("--sql", is_flag=True, help="Change nothing; print all migrations for PostgreSQL.")
def command(
    settings_file: Path | None, data: str | None, database: str | None, check: bool, sql: bool
) -> None:
    """Create or migrate the database.

    Servers that run go on meanwhile: a migration only adds what older servers need not know.
    """
    from poolhouse.app import REFUSALS, database_place
    from poolhouse.store import migrate

    if sql:
        click.echo(migrate.script(), nl=False)
        return
    settings, _ = options.load(settings_file, {"data": data, "database": database})
    place = database_place(settings)
    where = migrate.shown(place)
    try:
        pending = asyncio.run(migrate.pending(place))
        if not check and pending:
            settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
            asyncio.run(migrate.prepare(place, may_upgrade=True))
    except REFUSALS as error:
        raise click.ClickException(str(error)) from error
    for each in pending:
        click.echo(f"{'pending' if check else 'done'}  {each}")
    if check and pending:
        sys.exit(1)
    click.echo(f"{where} has schema {migrate.HEAD}.")
