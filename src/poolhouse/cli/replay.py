"""``poolhouse replay``: recorded sign-ins, minted with other code."""

from __future__ import annotations

import json
from typing import Any

import click

from poolhouse.cli import options
from poolhouse.cli.progress import followed
from poolhouse.cli.signed_requests import own_api
from poolhouse.client.trial_functions import trial_function

_MOST_SHOWN = 20


@click.command("replay")
@options.url_option
@click.option("--pool", required=True, metavar="ID", help="The user pool.")
@click.option("--function", required=True, metavar="FILE|ARN", help="The code to mint with.")
@click.option(
    "--since",
    default="7d",
    show_default=True,
    help="Recordings since then: how long ago (7d, 24h), or milliseconds since the epoch.",
)
@click.option("--until", help="Recordings until then.")
@click.option("--client", help="Recordings of this app client only.")
@click.option(
    "--baseline",
    metavar="FILE|ARN",
    help="Compare with this function's answers instead of the recorded ones.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["difference", "failure", "nothing"]),
    default="difference",
    show_default=True,
    help="What makes the exit status 1.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
def command(
    url: str | None,
    pool: str,
    function: str,
    since: str,
    until: str | None,
    client: str | None,
    baseline: str | None,
    fail_on: str,
    as_json: bool,
) -> None:
    """Mint yesterday's sign-ins with tomorrow's function, and tell what would be different."""
    where = options.server_url(url)
    request = {"since": since, "until": until, "client": client}
    with (
        own_api(where) as server,
        trial_function(where, pool, function) as arn,
        trial_function(where, pool, baseline) as baseline_arn,
    ):
        document = {**request, "function": arn, "baseline": baseline_arn}
        lines = server.lines("POST", f"pools/{pool}/replay", document)
        report = followed(lines, "Replaying")
    if as_json:
        click.echo(json.dumps(report, indent=2, ensure_ascii=False))
    else:
        _show(report)
    if fail_on != "nothing" and report["new_failures"]:
        raise SystemExit(1)
    if fail_on == "difference" and report["different"]:
        raise SystemExit(1)


def _show(report: dict[str, Any]) -> None:
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    console.print(
        f"{report['events']:,} events: {report['different']:,} would get other tokens, "
        f"{report['new_failures']:,} would newly fail, {report['repaired']:,} no longer fail, "
        f"{report['still_failing']:,} still fail",
        style="bold",
    )
    for each in report["differences"][:_MOST_SHOWN]:
        what = f"{each['count']:>8,}  {each['token']} token: {each['kind']} {each['name']}"
        console.print(f"{what} {each['what']}", markup=False)
    for failure in report["failures"]:
        console.print(f"{failure['count']:>8,}  {failure['error']}", style="red")
        for example in failure["examples"]:
            console.print(f"          {example['message']}", markup=False)
    for wish in report["ignored"][:_MOST_SHOWN]:
        what = f"{wish['count']:>8,}  {wish['token']} token: {wish['name']} ignored"
        console.print(f"{what} ({wish['rule']})", style="yellow", markup=False)
    for token, sizes in report["token_bytes"].items():
        for when in ("before", "after"):
            if sizes[when]:
                console.print(f"{token} token bytes {when:6} {_percentiles(sizes[when])}")
    if report["run_ms"]:
        console.print(f"milliseconds per call     {_percentiles(report['run_ms'])}")


def _percentiles(found: dict[str, float]) -> str:
    return "  ".join(f"{name} {value:,}" for name, value in found.items())
