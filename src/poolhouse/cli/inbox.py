"""``poolhouse inbox``: the messages of a development server."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import click

from poolhouse.cli import options

_PAUSE_SECONDS = 0.2


@click.command("inbox")
@options.url_option
@click.option("--address", help="Only messages to this e-mail address or telephone number.")
@click.option("--last-code", metavar="ADDRESS", help="Print only the newest code sent there.")
@click.option(
    "--wait", metavar="SECONDS", type=click.FloatRange(min=0), default=0, help="Wait for a code."
)
@click.option("--json", "as_json", is_flag=True, help="Print the messages as JSON.")
def command(
    url: str | None, address: str | None, last_code: str | None, wait: float, as_json: bool
) -> None:
    """Show the messages that a development server keeps, newest first.

    The exit status is 1 when a code was asked for and there is none.
    """
    where = options.server_url(url)
    if last_code:
        click.echo(_last_code(where, last_code, wait))
        return
    messages = read(where, address)
    if as_json:
        click.echo(json.dumps(messages, indent=2, ensure_ascii=False))
    else:
        for message in messages:
            click.echo(f"{message['address']}  ({message['reason']}, pool {message['pool']})")
            click.echo(f"    {message['body']}")
        if not messages:
            click.echo("The inbox is empty.")


def _last_code(url: str, address: str, wait_seconds: float) -> str:
    deadline = time.monotonic() + wait_seconds
    while True:
        for message in read(url, address):
            if message.get("code"):
                return str(message["code"])
        if time.monotonic() >= deadline:
            raise click.ClickException(f"no code was sent to {address}")
        time.sleep(_PAUSE_SECONDS)


def read(url: str, address: str | None) -> list[dict[str, Any]]:
    """The messages of a running server; a server that does not answer ends the command."""
    query = "?" + urllib.parse.urlencode({"address": address}) if address else ""
    where = f"{url}/poolhouse/v1/inbox{query}"
    try:
        with urllib.request.urlopen(where, timeout=10) as answer:  # noqa: S310  # a server we name
            messages: list[dict[str, Any]] = json.load(answer)["messages"]
            return messages
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise click.ClickException(
                f"{url} has no inbox: it is not in development mode"
            ) from error
        raise click.ClickException(f"{url} answered {error.code}") from error
    except (OSError, ValueError) as error:
        raise click.ClickException(f"no poolhouse answers at {url}: {error}") from error
