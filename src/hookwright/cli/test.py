"""``hookwright test``: receivers and deliveries put to the proof."""

from __future__ import annotations

import importlib
from typing import Final

import click

COMMANDS: Final = {
    "receiver": "Put a receiver to the proof: signatures, encodings, duplicates, load.",
    "delivery": "Put the sending side to the proof: signature and retries, end to end.",
}
"""The commands with their lines of help; ``NAME`` is ``hookwright.cli.testing.NAME.main``."""


class _Tests(click.Group):
    """A group that imports a command's module only when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of both."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now; None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        command = importlib.import_module(f"hookwright.cli.testing.{cmd_name}").main
        if not isinstance(command, click.Command):
            raise TypeError(f"{cmd_name} is not a command")
        return command


@click.group(name="test", cls=_Tests, short_help="Put a receiver, or the sending side, to the proof.")
def main() -> None:
    """Conformance checks of both ends of a delivery.

    Each check says what it did, what a right receiver or sender does, what it saw and why it matters, and keeps the
    bytes that prove it. The exit code is 1 where a check failed.
    """
