"""``poolhouse budget``: who would be over a size limit, before a proxy refuses them."""

from __future__ import annotations

import json
from typing import Any

import click

from poolhouse.cli import options
from poolhouse.cli.progress import followed
from poolhouse.cli.signed_requests import own_api
from poolhouse.client.trial_functions import trial_function
from poolhouse.domain.size_budgets import PROFILES

_MOST_CLAIMS = 8


@click.group("budget")
def command() -> None:
    """Sizes of tokens against the limits of what they pass through."""


@command.command("profiles")
def profiles() -> None:
    """Show the named limits, and where each comes from."""
    for name, profile in PROFILES.items():
        click.echo(
            f"{name:22}{profile.limit_bytes:>8,} bytes  {profile.measure:14}{profile.source}"
        )


@command.command("report")
@options.url_option
@click.option("--pool", required=True, metavar="ID", help="The user pool.")
@click.option("--client", required=True, metavar="ID", help="The app client.")
@click.option("--profile", "named", multiple=True, type=click.Choice(list(PROFILES)))
@click.option("--function", metavar="FILE|ARN", help="Measure with this function.")
@click.option("--source", metavar="SOURCE", help="Trigger source, such as HostedAuth.")
@click.option("--scopes", metavar="SCOPES", help="Scopes granted, separated by blanks.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def report(
    url: str | None,
    pool: str,
    client: str,
    named: tuple[str, ...],
    function: str | None,
    source: str | None,
    scopes: str | None,
    as_json: bool,
) -> None:
    """Draft the tokens of every user, and tell who is over a budget. Exit status 1 if anybody is.

    The pool's function runs once for each user. Without --profile the budgets of the pool's
    governance document count, and all profiles where it has none.
    """
    where = options.server_url(url)
    with own_api(where) as server, trial_function(where, pool, function) as arn:
        document = {
            "client": client,
            "function": arn,
            "source": source,
            "scopes": scopes.split() if scopes else None,
            "profiles": list(named) or None,
        }
        given = {name: value for name, value in document.items() if value is not None}
        lines = server.lines("POST", f"pools/{pool}/budget-report", given)
        found = followed(lines, "Measuring")
    if as_json:
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        _show(found)
    if any(budget["over"] for budget in found["budgets"]):
        raise SystemExit(1)


def _show(found: dict[str, Any]) -> None:
    click.echo(f"{found['users']:,} users")
    for error, count in found["failures"].items():
        click.secho(f"  {count:,} get no tokens: {error}", fg="red")
    for budget in found["budgets"]:
        sizes = budget["size_bytes"] or {}
        shown = "  ".join(f"{name} {value:,}" for name, value in sizes.items())
        colour = "red" if budget["over"] else "yellow" if budget["at_risk"] else None
        click.secho(
            f"{budget['budget']:22}{budget['over']:>7,} over  {budget['at_risk']:>7,} at risk  "
            f"limit {budget['limit_bytes']:,} ({budget['measure']})  {shown}",
            fg=colour,
        )
        for user in budget["users"][:5]:
            click.echo(f"    {user['size_bytes']:>8,}  {user['user']}")
    for token, claims in found["claims"].items():
        if claims:
            costly = list(claims.items())[:_MOST_CLAIMS]
            listed = ", ".join(f"{name} {size_bytes:,.0f}" for name, size_bytes in costly)
            click.echo(f"mean bytes of {token} token claims: {listed}")
