"""``poolhouse serve``: every setting is an option."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from poolhouse import __version__
from poolhouse.cli import options
from poolhouse.settings import Settings


def announcement(settings: Settings) -> str:
    """The one line of start-up: where everything is, and how open it is."""
    openness = "takes any credentials" if settings.mode == "development" else "checks signatures"
    return (
        f"poolhouse {__version__} listens on {settings.base_url} "
        f"({settings.mode}: {openness}), data in {settings.data}"
    )


def _serve(settings_file: Path | None, **given: Any) -> None:
    settings, _ = options.load(settings_file, given)
    from poolhouse import server

    try:
        status = server.serve(settings, lambda real: click.echo(announcement(real)))
    except server.CannotListen as error:
        raise click.ClickException(str(error)) from error
    sys.exit(status)


command = click.Command(
    "serve",
    callback=_serve,
    params=[options.SETTINGS_FILE, *options.of_settings()],
    help=(
        "Start the server and keep it running.\n\nAn option wins over its variable (in brackets), "
        "and that over the settings file."
    ),
    context_settings={"max_content_width": 100},
)
