"""``hookwright test``: receivers and deliveries put to the proof."""

from __future__ import annotations

from typing import Final

import click

from hookwright.cli.options import LazyGroup

COMMANDS: Final = {
    "receiver": "Put a receiver to the proof: signatures, duplicates, load.",
    "delivery": "Put the sending side to the proof: signature and retries.",
}
"""The commands with their lines of help; ``NAME`` is ``hookwright.cli.testing.NAME.main``."""


@click.group(
    name="test",
    cls=LazyGroup,
    sections={"Commands": COMMANDS},
    home="hookwright.cli.testing",
    short_help="Put a receiver, or the sending side, to the proof.",
)
def main() -> None:
    """Conformance checks of both ends of a delivery.

    Each check says what it did, what a right receiver or sender does, what it saw and why it matters, and keeps the
    bytes that prove it. The exit code is 1 where a check failed.
    """
