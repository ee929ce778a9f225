"""``poolhouse inbox``: the messages a development server would have sent."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

import click

from poolhouse.cli import options


@click.command("inbox")
@options.url_option
@click.option("--address", help="Only messages to this e-mail address or telephone number.")
@click.option("--last-code", metavar="ADDRESS", help="Print only the newest code sent there.")
@click.option("--json", "as_json", is_flag=True, help="Print the messages as JSON.")
def command(url: str | None, address: str | None, last_code: str | None, as_json: bool) -> None:
    """Show the messages that a development server keeps instead of sending, newest first."""
    messages = read(options.server_url(url), last_code or address)
    if last_code:
        codes = [message["code"] for message in messages if message.get("code")]
        if not codes:
            raise click.ClickException(f"no code was sent to {last_code}")
        click.echo(codes[0])
    elif as_json:
        click.echo(json.dumps(messages, indent=2, ensure_ascii=False))
    else:
        for message in messages:
            click.echo(f"{message['address']}  ({message['reason']}, pool {message['pool']})")
            click.echo(f"    {message['body']}")
        if not messages:
            click.echo("The inbox is empty.")


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
