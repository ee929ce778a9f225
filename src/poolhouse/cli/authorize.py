"""``poolhouse authorize``: a table of who may do what, decided with the tokens a function makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from poolhouse.cli import documents, options
from poolhouse.cli.signed_requests import own_api
from poolhouse.client.trial_functions import trial_function


@click.command("authorize")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@options.url_option
@click.option("--pool", required=True, metavar="ID", help="The user pool.")
@click.option("--client", required=True, metavar="ID", help="The app client.")
@click.option("--function", metavar="FILE|ARN", help="Mint with this function.")
@click.option("--json", "as_json", is_flag=True, help="Print the matrix as JSON.")
def command(
    file: Path, url: str | None, pool: str, client: str, function: str | None, as_json: bool
) -> None:
    """Mint a token for each persona in FILE and decide each action. Exit status 1 if one differs.

    Cedar policies may stand in the file, or in one that ``cedar.policies_file`` names.
    """
    table = _with_policies(documents.read(file), file.parent)
    where = options.server_url(url)
    with own_api(where) as server, trial_function(where, pool, function) as arn:
        asked = {"client": client, "table": table, **({"function": arn} if arn else {})}
        matrix = server.call("POST", f"pools/{pool}/authorization", asked)
    if as_json:
        click.echo(json.dumps(matrix, indent=2, ensure_ascii=False))
    else:
        _show(matrix)
    if matrix["failures"]:
        raise SystemExit(1)


def _with_policies(table: dict[str, Any], folder: Path) -> dict[str, Any]:
    store = table.get("cedar")
    if not isinstance(store, dict) or "policies_file" not in store:
        return table
    path = folder / str(store["policies_file"])
    try:
        policies = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} cannot be read: {error}") from error
    rest = {name: value for name, value in store.items() if name != "policies_file"}
    return {**table, "cedar": {**rest, "policies": policies}}


def _show(matrix: dict[str, Any]) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)
    shown = Table(box=None, pad_edge=False)
    shown.add_column("")
    for action in matrix["actions"]:
        shown.add_column(action)
    cells = {(cell["persona"], cell["action"]): cell for cell in matrix["cells"]}
    for persona in matrix["personas"]:
        row = [_mark(cells[persona, action]) for action in matrix["actions"]]
        shown.add_row(Text(persona), *(Text(text, style=style) for text, style in row))
    console.print(shown)
    for cell in matrix["cells"]:
        if cell["expected"] != cell["decided"]:
            said = (
                f"{cell['persona']}: {cell['action']} is {cell['decided']}, "
                f"expected {cell['expected']}: {cell['because']}"
            )
            console.print(said, style="bold red", markup=False)
    for kind in ("claims", "scopes"):
        if matrix[f"unread_{kind}"]:
            named = ", ".join(matrix[f"unread_{kind}"])
            console.print(f"no rule reads these {kind}: {named}", style="yellow", markup=False)


def _mark(cell: dict[str, Any]) -> tuple[str, str]:
    if cell["expected"] == cell["decided"]:
        return cell["decided"], "green" if cell["decided"] == "allow" else "dim"
    return f"{cell['decided']} (!)", "bold red"
