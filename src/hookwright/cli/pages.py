"""``python -m hookwright.cli.pages [--check]``: ``docs/commands.md``, made of the commands' own help."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from hookwright.cli.main import COMMANDS, cli

PAGE = Path(__file__).resolve().parents[3] / "docs" / "commands.md"
WIDTH = 80
_SETTINGS: Any = {"help_option_names": ["-h", "--help"], "max_content_width": WIDTH}

_HEAD = """\
# Commands

Made from the commands' own help by `make docs`. Every option can also be set as `HOOKWRIGHT_<OPTION>` in the
environment.
"""


def page() -> str:
    """The page: every command's help as an 80-column terminal shows it."""
    parts = [_HEAD]
    root = click.Context(cli, info_name="hookwright", terminal_width=WIDTH, **_SETTINGS)
    for group, commands in COMMANDS.items():
        parts.append(f"## {group}\n")
        for name in commands:
            command = cli.get_command(root, name)
            if command is None:
                raise LookupError(name)
            parts += _helps(command, click.Context(command, root, info_name=name, terminal_width=WIDTH, **_SETTINGS))
    return "\n".join(parts)


def _helps(command: click.Command, context: click.Context) -> Iterator[str]:
    """The help of a command, and of the commands below it."""
    name = context.command_path.partition(" ")[2]
    yield f"### {name}\n\n```text\n{command.get_help(context)}\n```\n"
    if not isinstance(command, click.Group):
        return
    for below in command.list_commands(context):  # Not all groups hold their commands: some import them when asked.
        found = command.get_command(context, below)
        if found is None:
            raise LookupError(below)
        yield from _helps(found, click.Context(found, context, info_name=below, terminal_width=WIDTH, **_SETTINGS))


def keep(file: Path, text: str, arguments: list[str]) -> int:
    """Write a generated page, or with ``--check`` among the arguments tell whether it is up to date (1: it is not)."""
    if "--check" in arguments:
        if file.is_file() and file.read_text("utf-8") == text:
            return 0
        sys.stderr.write(f"{file.name} is stale: run 'make docs'\n")
        return 1
    file.write_text(text, "utf-8")
    return 0


def main(arguments: list[str]) -> int:
    """Write the page of commands, or check it; gives the exit code."""
    return keep(PAGE, page(), arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
