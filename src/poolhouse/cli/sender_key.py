"""``poolhouse sender-key``: the key that custom sender functions decrypt codes with."""

from __future__ import annotations

import base64
from pathlib import Path

import click

from poolhouse.cli import options
from poolhouse.settings import ENVIRONMENT_PREFIX


@click.command("sender-key")
@click.argument("key_arn", metavar="KMS_KEY_ARN")
@click.option(
    "--settings",
    "settings_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"File of settings, TOML.  [{ENVIRONMENT_PREFIX}SETTINGS]",
)
@click.option("--data", type=click.Path(path_type=Path, file_okay=False), help="Data directory.")
def command(key_arn: str, settings_file: Path | None, data: Path | None) -> None:
    """Print the key behind a pool's KMSKeyID, base64 of 32 bytes.

    It is derived from the server's master key: give it to the function that sends messages in the
    pool's place, and to nobody else.
    """
    from poolhouse.store.sealing import Sealer, master_key
    from poolhouse.triggers.code_encryption import sender_key

    values, _ = options.load(settings_file)
    directory = data or values.data
    if not values.master_key and not (directory / "master.key").exists():
        raise click.ClickException(f"no server has kept a master key in {directory}")
    sealer = Sealer(master_key(values.master_key, directory))
    click.echo(base64.b64encode(sender_key(sealer, key_arn)).decode("ascii"))
