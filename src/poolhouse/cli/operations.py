"""``poolhouse operations``: what of the API is there, counted from the code and the model."""

from __future__ import annotations

import json

import click


@click.command("operations")
@click.option("--missing", is_flag=True, help="List only what is not implemented.")
@click.option("--json", "as_json", is_flag=True, help="Print an object of two lists.")
@click.option("--markdown", is_flag=True, help="Print the reference page instead.")
def command(missing: bool, as_json: bool, markdown: bool) -> None:
    """Show which operations of the user pool API are implemented."""
    here, absent = coverage()
    if markdown:
        click.echo(reference_page(), nl=False)
    elif as_json:
        click.echo(json.dumps({"implemented": here, "missing": absent}, indent=2))
    else:
        shown = absent if missing else sorted(here + absent)
        for name in shown:
            click.echo(f"{'-' if name in absent else '+'} {name}")
        click.echo(f"{len(here)} of {len(here) + len(absent)} operations are implemented.")


def coverage() -> tuple[list[str], list[str]]:
    """The names of the operations that have a function, and of those that have none."""
    from poolhouse.api.contract import operations
    from poolhouse.api.registry import registered

    functions = registered()
    names = sorted(operations())
    return [n for n in names if n in functions], [n for n in names if n not in functions]


def reference_page() -> str:
    """``docs/reference/operations.md``."""
    from poolhouse.api.differences import DIFFERENCES, FIRST_VERSION, LATER

    here, absent = coverage()
    rows = [
        f"| {name} | {LATER.get(name, FIRST_VERSION)} | {DIFFERENCES.get(name, '')} |"
        if name in here
        else f"| {name} | not yet | |"
        for name in sorted(here + absent)
    ]
    total = len(here) + len(absent)
    return _PAGE.format(count=len(here), total=total, rows="\n".join(rows))


_PAGE = """\
# Operations of the user pool API

<!-- Made by `python3 dev.py docs` from the code; a test keeps it current. -->

{count} of the {total} operations in botocore's model are implemented. One that is not answers
`InvalidParameterException` with a sentence that names it. `poolhouse operations` prints this list
for the version you run.

| operation | since | what differs from AWS |
| --- | --- | --- |
{rows}
"""
