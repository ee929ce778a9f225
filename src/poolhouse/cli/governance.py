"""``poolhouse governance``: what a pool's owner asks to be watched, as a JSON document."""

from __future__ import annotations

import json
from typing import TextIO

import click

from poolhouse.cli import options
from poolhouse.cli.signed_requests import own_api


@click.command("governance")
@options.url_option
@click.option("--pool", required=True, metavar="ID", help="The user pool.")
@click.option("--file", "file", type=click.File(encoding="utf-8"), help="Put this document.")
def command(url: str | None, pool: str, file: TextIO | None) -> None:
    """Show or replace budgets, recording, shadow function and audited values of a pool."""
    document = None
    if file is not None:
        try:
            document = json.load(file)
        except ValueError as error:
            raise click.ClickException(f"the document is no JSON: {error}") from error
    with own_api(options.server_url(url)) as server:
        found = server.governance(pool, document)
    click.echo(json.dumps(found, indent=2, ensure_ascii=False))
