"""``poolhouse preview``: what a function would make of a token, and why, before it is live."""

from __future__ import annotations

import io
import json
import secrets
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from poolhouse.cli import options
from poolhouse.cli.signed_requests import client, post
from poolhouse.demo.showing import difference

_RUNTIMES = {".py": "python3.13", ".mjs": "nodejs22.x", ".js": "nodejs22.x", ".cjs": "nodejs22.x"}
_COLOURS = {"applied": "green", "replaced": "green", "no effect": None, "ignored": "yellow"}


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
    as_json: bool,
) -> None:
    """Show both tokens before and after a function, and what became of each change it asked for.

    Nothing is issued. Exit status 1 when the issuance would fail.
    """
    where = options.server_url(url)
    request: dict[str, Any] = {
        "pool": pool,
        "client": client_id,
        "user": user,
        "attributes": attributes,
        "groups": list(groups) or None,
        "source": source,
        "scopes": scopes.split() if scopes else None,
        "metadata": metadata,
        "version": version,
    }
    with _function(where, pool, function) as arn:
        request["function"] = arn
        preview = post(where, "/poolhouse/v1/preview", request)
    if as_json:
        click.echo(json.dumps(preview, indent=2, ensure_ascii=False))
    else:
        for line in _lines(preview):
            click.echo(line)
    if preview["error"]:
        raise SystemExit(1)


@contextmanager
def _function(url: str, pool: str, function: str | None) -> Iterator[str | None]:
    """An ARN as given; a file is deployed for as long as the preview takes."""
    if function is None or not Path(function).is_file():
        yield function
        return
    path = Path(function)
    runtime = _RUNTIMES.get(path.suffix)
    if runtime is None:
        raise click.ClickException(f"{path} is no Python or JavaScript file")
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.write(path, path.name)
    functions = client(url, "lambda", pool.partition("_")[0])
    name = f"preview-{secrets.token_hex(4)}"
    created = functions.create_function(
        FunctionName=name,
        Runtime=runtime,
        Role="arn:aws:iam::123456789012:role/preview",
        Handler=f"{path.stem}.handler",
        Code={"ZipFile": package.getvalue()},
        MemorySize=512,
    )
    try:
        functions.add_permission(
            FunctionName=name,
            StatementId="preview",
            Action="lambda:InvokeFunction",
            Principal="cognito-idp.amazonaws.com",
        )
        yield created["FunctionArn"]
    finally:
        functions.delete_function(FunctionName=name)


def _lines(preview: dict[str, Any]) -> Iterator[str]:
    if preview["event"] is None:
        yield "No function runs for these tokens."
    else:
        event = preview["event"]
        yield f"Event version {event['version']}, source {event['triggerSource']}"
        yield f"The function took {preview['function_ms']:.1f} ms."
    error = preview["error"]
    if error:
        yield ""
        yield click.style(f"No token would be issued: {error['type']}", fg="red")
        yield f"  {error['message']}"
        if error["detail"]:
            yield f"  {error['detail']}"
        if preview["answer"] is not None:
            yield f"  the answer was: {preview['answer'][:500]}"
        return
    for token in ("access", "id"):
        before, after = preview["before"][token], preview["after"][token]
        yield ""
        if after is None:
            yield f"{token} token: none is issued"
            continue
        size = preview["sizes"][token]["token_bytes"]
        yield f"{token} token, before (-) and after (+), {size:,} bytes"
        yield from difference(before, after)
    yield from _changes(preview["changes"])


def _changes(changes: list[dict[str, Any]]) -> Iterator[str]:
    from poolhouse.domain.choices import CHOICES

    if not changes:
        return
    yield ""
    yield "What became of each change:"
    for change in changes:
        outcome = click.style(f"{change['outcome']:9}", fg=_COLOURS[change["outcome"]])
        what = f"{change['action']} {change['kind']} {change['name']}"
        choice = CHOICES.get(change["rule"])
        why = f": {choice.says}" if choice and change["outcome"] != "applied" else ""
        yield f"  {outcome}  {change['token']:6}  {what}{why}"
