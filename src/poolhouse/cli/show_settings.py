"""``poolhouse settings``: what the server would use, and where each value comes from."""

from __future__ import annotations

from pathlib import Path

import click

from poolhouse import settings
from poolhouse.cli import options
from poolhouse.settings import ENVIRONMENT_PREFIX, SECRET


@click.command("settings")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"File of settings, TOML.  [{ENVIRONMENT_PREFIX}SETTINGS]",
)
@click.option("--markdown", is_flag=True, help="Print the reference page instead.")
def command(settings_file: Path | None, markdown: bool) -> None:
    """Show every setting, its value and where it comes from. Secrets are withheld."""
    if markdown:
        click.echo(reference_page(), nl=False)
        return
    values, origins = options.load(settings_file)
    names = list(settings.meanings())
    width = max(map(len, names))
    for name in names:
        value = options.shown_value(getattr(values, name))
        if name in SECRET and value:
            value = "(withheld)"
        click.echo(f"{name:{width}}  {value or '-':28}  {origins.get(name, 'default')}")


def reference_page() -> str:
    """``docs/reference/settings.md``, made from the table so that it is always true."""
    rows = []
    for name, (meaning, default, _) in settings.meanings().items():
        shown = options.shown_value(default)
        flag = "--function NAME=PATH" if name == "functions" else "--" + name.replace("_", "-")
        rows.append(
            f"| `{flag}` | `{ENVIRONMENT_PREFIX}{name.upper()}` | {f'`{shown}`' if shown else ''} "
            f"| {meaning} |"
        )
    return _PAGE.format(rows="\n".join(rows))


_PAGE = """\
# Settings

<!-- Made by `python3 dev.py docs` from src/poolhouse/settings.py; a test keeps it current. -->

Every setting has three names: an option of `poolhouse serve`, a variable, and an entry of a TOML
file (the variable without its prefix, in lower case) that `--settings FILE` or
`POOLHOUSE_SETTINGS` names. The option wins over the variable, the variable over the file. They are
read once, at start. `poolhouse settings` shows the values in force and where they come from.

Switches are turned off with `--no-…`. `--function` may be repeated; its variable and entry take
the pairs separated by commas.

| option | variable | default | meaning |
| --- | --- | --- | --- |
{rows}
"""
