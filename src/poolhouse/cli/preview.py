"""``poolhouse preview``: what a function would make of a token, and why, before it is live."""

from __future__ import annotations

import json
from typing import Any

import click

from poolhouse.cli import options, shown_previews
from poolhouse.cli.signed_requests import own_api


def _pairs(_: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    if any("=" not in value for value in values):
        raise click.BadParameter("must be NAME=VALUE", param=parameter)
    return {name: text for name, _, text in (value.partition("=") for value in values)}


@click.command("preview")
@options.url_option
@click.option("--pool", required=True, metavar="ID", help="The user pool.")
@click.option("--client", "client_id", required=True, metavar="ID", help="The app client.")
@click.option("--user", metavar="NAME", help="A user of the pool; without one, somebody made up.")
@click.option("--attribute", "attributes", multiple=True, metavar="NAME=VALUE", callback=_pairs)
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Groups, instead of theirs.")
@click.option("--source", metavar="SOURCE", help="Trigger source, such as ClientCredentials.")
@click.option("--scopes", metavar="SCOPES", help="Scopes granted, separated by blanks.")
@click.option("--metadata", multiple=True, metavar="NAME=VALUE", callback=_pairs)
@click.option("--function", metavar="FILE|ARN", help="Try this function instead of the pool's.")
@click.option("--version", metavar="V1_0|V2_0|V3_0", help="Try this event version.")
@click.option("--event", "with_event", is_flag=True, help="Show the event and the raw answer, too.")
@click.option("--claims", "with_claims", is_flag=True, help="Show what every claim costs.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole preview as JSON.")
def command(
    url: str | None,
    pool: str,
    client_id: str,
    user: str | None,
    attributes: dict[str, str],
    groups: tuple[str, ...],
    source: str | None,
    scopes: str | None,
    metadata: dict[str, str],
    function: str | None,
    version: str | None,
    with_event: bool,
    with_claims: bool,
    as_json: bool,
) -> None:
    """Show both tokens before and after a function, and what became of each change it asked for.

    Nothing is issued. Exit status 1 when the issuance would fail.
    """
    with own_api(options.server_url(url)) as server:
        preview: dict[str, Any] = server.preview(
            pool,
            client_id,
            user=user,
            attributes=attributes,
            groups=list(groups) or None,
            source=source,
            scopes=scopes.split() if scopes else None,
            metadata=metadata,
            function=function,
            version=version,
        )
    if as_json:
        click.echo(json.dumps(preview, indent=2, ensure_ascii=False))
    else:
        shown_previews.show(preview, with_event=with_event, with_claims=with_claims)
    if preview["error"]:
        raise SystemExit(1)
