"""Documents that people write by hand: YAML, of which JSON is a part."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click


def read(path: Path) -> dict[str, Any]:
    """The object in a file. What cannot be read ends the command with place and reason."""
    import yaml

    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise click.ClickException(f"{path} is no YAML: {error}") from error
    if not isinstance(document, dict):
        raise click.ClickException(f"{path} must hold names and values, not a {type(document)}.")
    return document
