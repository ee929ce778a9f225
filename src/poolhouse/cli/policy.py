"""``poolhouse policy``: names of claims and scopes, who owns them, and who breaks the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from poolhouse.cli import catalogues, documents, options
from poolhouse.cli.progress import followed
from poolhouse.cli.signed_requests import own_api
from poolhouse.client.trial_functions import trial_function
from poolhouse.domain import naming_policy
from poolhouse.errors import InvalidParameterException

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_POOL = click.option("--pool", required=True, metavar="ID", help="The user pool.")
_SINCE = click.option(
    "--since",
    default="7d",
    show_default=True,
    help="Recordings since then: how long ago (7d, 24h), or milliseconds since the epoch.",
)
_FUNCTION = click.option(
    "--function", metavar="FILE|ARN", help="Ask this function anew instead of the recordings."
)


@click.group("policy")
def command() -> None:
    """The naming policy of a pool: prefixes, claims and scopes with their owners."""


@command.command("check")
@_FILE
def check(file: Path) -> None:
    """Say whether FILE is a policy that can be kept. Needs no server."""
    policy = _read(file)[1]
    click.echo(
        f"{len(policy.prefixes)} prefixes, {len(policy.claims)} claims, "
        f"{len(policy.scopes)} scopes; issuance would {policy.action}"
    )


@command.command("put")
@_FILE
@options.url_option
@_POOL
def put(file: Path, url: str | None, pool: str) -> None:
    """Make FILE the naming policy of a pool: from now on issuances are held to it."""
    document, policy = _read(file)
    with own_api(options.server_url(url)) as server:
        server.governance(pool, {**server.governance(pool), "naming_policy": document})
    click.echo(f"issuances of {pool} {policy.action} on names that go against the policy")


@command.command("lint")
@_FILE
@options.url_option
@_POOL
@_SINCE
@_FUNCTION
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def lint(
    file: Path, url: str | None, pool: str, since: str, function: str | None, as_json: bool
) -> None:
    """Hold recorded answers, or those of a function, to the policy in FILE.

    Exit status 1 when something goes against it.
    """
    document, _ = _read(file)
    report = _survey(url, pool, {"policy": document, "since": since}, function)
    if as_json:
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _show(report)
    if report["violations"]:
        raise SystemExit(1)


@command.command("catalogue")
@options.url_option
@_POOL
@_SINCE
@_FUNCTION
@click.option("--policy", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "json"]),
    default="markdown",
    show_default=True,
)
def catalogue(
    url: str | None, pool: str, since: str, function: str | None, file: Path | None, form: str
) -> None:
    """Write the page of all claims and scopes: owner, meaning, first and last seen, size share."""
    document: dict[str, Any] = {"since": since}
    if file is not None:
        document["policy"] = _read(file)[0]
    report = _survey(url, pool, document, function)
    if form == "json":
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        click.echo(catalogues.html(report) if form == "html" else catalogues.markdown(report))


def _read(file: Path) -> tuple[dict[str, Any], naming_policy.NamingPolicy]:
    document = documents.read(file)
    try:
        return document, naming_policy.read(document)
    except InvalidParameterException as error:
        raise click.ClickException(error.message) from error


def _survey(
    url: str | None, pool: str, document: dict[str, Any], function: str | None
) -> dict[str, Any]:
    where = options.server_url(url)
    with own_api(where) as server, trial_function(where, pool, function) as arn:
        given = {**document, "function": arn} if arn else document
        return followed(
            server.lines("POST", f"pools/{pool}/naming-policy/survey", given), "Looking"
        )


def _show(report: dict[str, Any]) -> None:
    faults = report["violations"]
    click.secho(
        f"{report['events']:,} events, {sum(each['count'] for each in faults):,} violations",
        bold=True,
    )
    for each in faults:
        click.secho(
            f"{each['count']:>8,}  {each['token']} token: {each['kind']} {each['name']}: "
            f"{each['sentence']} ({each['rule']})",
            fg="red",
        )
    for error, count in report["errors"].items():
        click.secho(f"{count:>8,}  no answer to look at: {error}", fg="yellow")
    for name in report["unused"]:
        click.echo(f"       0  {name} is listed, and nobody sets it")
