"""The command line. Each command is a module here and is imported only when it is used.

Doors: :func:`main`. Commands are thin: they read options, call a room of the house or a running
server, and print. ``serve`` has to answer within a second: nothing is imported before its time.
"""

from __future__ import annotations

import importlib

import click

from poolhouse import __version__

_COMMANDS = {
    "authorize": "Decide a table of who may do what, with the tokens a function makes.",
    "audit": "Ask the record of every issuance, and verify that nobody changed it.",
    "budget": "Compare sizes of tokens with the limits of what they pass through.",
    "copy": "Copy a whole database, from SQLite to PostgreSQL or back.",
    "demo": "Tell the story of a customized access token, and leave the server running.",
    "governance": "Show or replace what a pool's owner asks to be watched.",
    "inbox": "Show the messages that were sent to users, and the codes in them.",
    "logs": "Show what a function printed.",
    "migrate": "Create or migrate the database, or say what is missing.",
    "operations": "Show which operations of the API are implemented.",
    "policy": "Hold names of claims and scopes to rules, and write the catalogue of them.",
    "preview": "Show what a function would make of a token, and why.",
    "replay": "Mint recorded sign-ins with other code, and tell what is different.",
    "sender-key": "Print the key that custom sender functions decrypt codes with.",
    "serve": "Start the server.",
    "settings": "Show every setting, its value and where it comes from.",
    "vectors": "Run the token customization cases.",
}
_MODULES = {"sender-key": "sender_key", "settings": "show_settings"}


class _Commands(click.Group):
    """Knows the commands by name and summary, and imports one when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"poolhouse.cli.{_MODULES.get(cmd_name, cmd_name)}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="poolhouse")
def main() -> None:
    """Amazon Cognito user pools on your own machines."""
