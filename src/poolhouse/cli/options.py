"""Options of the command line made from the table of settings, and what commands share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from poolhouse import settings
from poolhouse.settings import ENVIRONMENT_PREFIX, SECRET, BadSetting, Settings

SETTINGS_FILE = click.Option(
    ["--settings", "settings_file"],
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"File of settings, TOML.  [{ENVIRONMENT_PREFIX}SETTINGS]",
)


def of_settings(*names: str) -> list[click.Parameter]:
    """One option for each setting, or for those ``names``, in the order of the table."""
    table = settings.meanings()
    return [_option(name, *row) for name, row in table.items() if not names or name in names]


def _option(name: str, meaning: str, default: Any, kind: type) -> click.Option:
    flag = "--" + name.replace("_", "-")
    shown = "" if default in ("", None) or name in SECRET else f" Default: {shown_value(default)}."
    help_text = f"{meaning[0].upper()}{meaning[1:]}.{shown}  [{ENVIRONMENT_PREFIX}{name.upper()}]"
    if name == "functions":
        return click.Option(
            ["--function", name], multiple=True, metavar="NAME=PATH", help=help_text
        )
    if kind is bool:
        return click.Option([f"{flag}/--no-{flag[2:]}", name], default=None, help=help_text)
    metavar = {int: "NUMBER", float: "SECONDS", Path: "DIR"}.get(kind, "TEXT")
    return click.Option([flag, name], default=None, metavar=metavar, help=help_text)


def shown_value(value: Any) -> str:
    """A value as a person writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Path):
        return str(value).replace(str(Path.home()), "~", 1)
    return str(value)


def load(
    settings_file: Path | None = None, options: Mapping[str, Any] | None = None
) -> tuple[Settings, dict[str, str]]:
    """The settings and their origins; a bad one ends the command with its sentence."""
    given = dict(options or {})
    if "functions" in given:
        given["functions"] = ",".join(given["functions"]) or None
    try:
        return settings.load_with_origins(options=given, file=settings_file)
    except BadSetting as error:
        raise click.ClickException(str(error)) from error


def url_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """``--url`` of a command that talks to a running server."""
    return click.option(
        "--url",
        envvar="POOLHOUSE_URL",
        metavar="URL",
        help="The running server. Default: the base URL that the settings give.  [POOLHOUSE_URL]",
    )(function)


def server_url(url: str | None) -> str:
    return (url or load()[0].base_url).rstrip("/")
