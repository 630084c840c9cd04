"""``python -m hookwright.cli.pages [--check]``: the pages in ``docs`` that are made of the commands and the rules."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from hookwright.cli.main import COMMANDS, cli
from hookwright.report import rules_markdown
from hookwright.validate.pages import every_page

DOCS = Path(__file__).resolve().parents[3] / "docs"
RULES = DOCS / "rules"
WIDTH = 80
_SETTINGS: Any = {"help_option_names": ["-h", "--help"], "max_content_width": WIDTH}

_HEAD = """\
# Commands

Made from the commands' own help by `make docs`. Every option can also be set as `HOOKWRIGHT_<OPTION>` in the
environment.
"""


def commands() -> str:
    """The page of the commands: the help of each as an 80-column terminal shows it."""
    parts = [_HEAD]
    root = click.Context(cli, info_name="hookwright", terminal_width=WIDTH, **_SETTINGS)
    for group, names in COMMANDS.items():
        parts.append(f"## {group}\n")
        for name in names:
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


def pages() -> dict[Path, str]:
    """Every page that is made here, by its file: of the commands, and of the rules with their index."""
    rules = every_page()
    made = {RULES / f"{rule}.md": rules_markdown.to_markdown(page) for rule, page in rules.items()}
    return {DOCS / "commands.md": commands(), RULES / "README.md": rules_markdown.index(list(rules.values())), **made}


def keep(wanted: Mapping[Path, str], arguments: Sequence[str], *, folder: Path | None = None) -> int:
    """Write generated pages, or tell whether they are up to date.

    Args:
        wanted: the text of each page, by its file.
        arguments: those of the command line: with ``--check`` among them nothing is written.
        folder: one that holds generated pages only; others in it are stale.

    Returns:
        The exit code: 1 where pages were checked and some are stale.
    """
    stale = [file for file, text in wanted.items() if not file.is_file() or file.read_text("utf-8") != text]
    gone = sorted(set(folder.glob("*.md")) - wanted.keys()) if folder else []
    if "--check" in arguments:
        for file in (*stale, *gone):
            sys.stderr.write(f"{file.parent.name}/{file.name} is stale: run 'make docs'\n")
        return 1 if stale or gone else 0
    for file in stale:
        file.write_text(wanted[file], "utf-8")
    for file in gone:
        file.unlink()
    return 0


def main(arguments: Sequence[str]) -> int:
    """Write the pages, or check them; gives the exit code."""
    return keep(pages(), arguments, folder=RULES)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
