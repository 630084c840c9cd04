"""``hookwright history``: what was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hookwright.cli.options import Settings, command
from hookwright.cli.records import find, history_option

if TYPE_CHECKING:
    from hookwright.model.history import Record


@command(name="history", environment="many", short_help="Show what was applied, by whom, and how it ended.")
@click.argument("record", required=False, metavar="[ID]")
@history_option
def main(settings: Settings, record: str | None, history: str | None) -> int:
    """Show what was applied, by whom, and how it ended: a list, newest first, or all of the apply ID.

    Applies are recorded where 'history' in hookwright.yaml says, or --history.
    """
    from hookwright.report import history_json, history_text

    records, as_json, color = _records(settings, history), settings.format == "json", settings.color
    if record is None:
        settings.emit(
            history_json.list_to_json(records) if as_json else history_text.list_to_text(records, color=color)
        )
        return 0
    one = find(records, record)
    settings.emit(history_json.to_json(one) if as_json else history_text.to_text(one, color=color))
    return 0


def _records(settings: Settings, history: str | None) -> list[Record]:
    """The project's records, of the environments asked for, newest first."""
    from hookwright.cli.project import known_environment, load_main
    from hookwright.cli.records import required

    main = load_main(settings)
    project, known = main.value.get("project"), main.value.get("environments")
    records, wrong = required(history, main).read()
    for message in wrong:
        settings.say(f"warning: {message}; it is left out")
    there = list(known) if isinstance(known, dict) else []
    there += [record.plan.environment for record in records if record.plan.environment not in there]
    chosen = [known_environment(name, there) for name in settings.environments]
    return [
        record
        for record in reversed(records)
        if record.plan.project == project and (not chosen or record.plan.environment in chosen)
    ]
