"""``poolhouse audit``: questions to the audit trail, its export, and whether anybody changed it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from poolhouse.cli import options
from poolhouse.cli.signed_requests import own_api

_FILTERS = (
    ("--claim", "Tokens that carried this claim, scope or group because of a function."),
    ("--outcome", "Outcomes of --claim: any, or of applied, replaced, ignored, no effect."),
    ("--rule", "Changes that this rule decided, such as protected-claim."),
    ("--function", "Issuances with this function, by name or ARN."),
    ("--function-version", "Issuances with this version of a function."),
    ("--code-sha256", "Issuances with code of this digest."),
    ("--user", "Issuances for this user."),
    ("--sub", "The same by the user's sub."),
    ("--client", "Issuances for this app client."),
    ("--source", "Trigger source, such as RefreshTokens."),
    ("--kind", "issued, refused, preview, replay, shadow, governance, ..."),
    ("--event-id", "The sign-in with this event id."),
    ("--jti", "The issuance of the token with this jti."),
    ("--since", "From then on: how long ago (7d, 24h), or milliseconds since the epoch."),
    ("--until", "Until then."),
)


def _filters(function: Any) -> Any:
    for flag, meaning in reversed(_FILTERS):
        function = click.option(flag, help=meaning)(function)
    return click.option("--pool", required=True, metavar="ID", help="The user pool.")(function)


@click.group("audit")
def command() -> None:
    """Ask the record of every issuance; export it; verify that nobody changed it."""


@command.command("query")
@options.url_option
@_filters
@click.option("--limit", type=int, default=20, show_default=True, help="Newest records shown.")
@click.option("--json", "as_json", is_flag=True, help="Print the records as JSON lines.")
def query(url: str | None, pool: str, limit: int, as_json: bool, **filters: str | None) -> None:
    """Show the newest records that match, such as --claim tier --function-version 12."""
    with own_api(options.server_url(url)) as server:
        found = server.call("GET", f"pools/{pool}/audit", query={**filters, "limit": limit})
    for record in found["records"]:
        click.echo(json.dumps(record, ensure_ascii=False) if as_json else _line(record))
    if not as_json:
        click.echo(_summary(len(found["records"]), more=found["more"]))


@command.command("export")
@options.url_option
@_filters
def export(url: str | None, pool: str, **filters: str | None) -> None:
    """Print every record that matches as JSON lines, oldest first."""
    with own_api(options.server_url(url)) as server:
        for record in server.lines("GET", f"pools/{pool}/audit/export", query=filters):
            click.echo(json.dumps(record, ensure_ascii=False))


@command.command("verify")
@options.url_option
@click.option("--pool", metavar="ID", help="The user pool; without it, all that have a trail.")
@click.option(
    "--heads",
    "heads_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Compare with the ends kept in this file, then keep the new ones there.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
def verify(url: str | None, pool: str | None, heads_file: Path | None, as_json: bool) -> None:
    """Compare every record with its hash. Exit status 1 when something was changed."""
    kept: dict[str, Any] = {}
    if heads_file is not None and heads_file.exists():
        kept = json.loads(heads_file.read_text(encoding="utf-8"))
    faults = 0
    with own_api(options.server_url(url)) as server:
        named = server.call("GET", "audit")["pools"] if pool is None else [pool]
        # Somebody may have removed all of a pool's records: then only the kept ends know of it.
        for pool_id in [*named, *(one for one in kept if pool is None and one not in named)]:
            document = {"heads": kept.get(pool_id, [])}
            found = server.call("POST", f"pools/{pool_id}/audit/verify", document)
            faults += len(found["faults"])
            kept[pool_id] = found["heads"] if not found["faults"] else kept.get(pool_id, [])
            if as_json:
                click.echo(json.dumps(found, ensure_ascii=False))
            else:
                _show(found)
    if heads_file is not None:
        heads_file.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    if faults:
        raise SystemExit(1)


def _show(found: dict[str, Any]) -> None:
    counts = f"{found['records']:,} records in {found['chains']} chains"
    if not found["faults"]:
        click.echo(f"{found['pool']}: {counts}, none changed")
        return
    click.secho(f"{found['pool']}: {counts}, and {len(found['faults'])} faults", fg="red")
    for fault in found["faults"]:
        place = "" if fault["place"] is None else f", record {fault['place']}"
        click.echo(f"  chain {fault['chain']}, block {fault['block']}{place}: {fault['says']}")


def _line(record: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(record["at_ms"] / 1000, UTC).isoformat(timespec="milliseconds")
    function = record.get("function") or {}
    code = function.get("arn", "").rpartition(":function:")[2]
    parts = [at, record["kind"], record.get("source"), record.get("sub") or record.get("client")]
    if code:
        parts.append(f"{code}:{function.get('version') or '-'}")
    parts += [
        f"{change['outcome']} {change['token']} {change['name']}"
        for change in record.get("changes", ())
    ]
    if record.get("error"):
        parts.append(record["error"]["type"])
    return "  ".join(part for part in parts if part)


def _summary(count: int, *, more: bool) -> str:
    return f"{count} records" + (", and there are more" if more else "")
