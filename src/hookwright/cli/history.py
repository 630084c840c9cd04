"""``hookwright history``: what was applied."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hookwright.cli.options import Settings, command
from hookwright.cli.records import find, history_option
from hookwright.report.style import printable

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

    as_json, color = settings.format == "json", settings.color
    records, empty = _records(settings, history)
    if record is None and as_json:
        settings.emit(history_json.list_to_json(records))
        if not records:
            settings.say(empty)
    elif record is None:
        settings.emit(history_text.list_to_text(records, color=color) if records else empty)
    else:
        one = find(records, record)
        settings.emit(history_json.to_json(one) if as_json else history_text.to_text(one, color=color))
    return 0


def _records(settings: Settings, history: str | None) -> tuple[list[Record], str]:
    """The project's records, of the environments asked for, newest first; and what to say where there are none."""
    from hookwright.cli.project import known_environment, load_main
    from hookwright.cli.records import required

    main = load_main(settings)
    project, known = main.value.get("project"), main.value.get("environments")
    place = required(history, main)
    records, wrong = place.read()
    for message in wrong:
        settings.say(f"warning: {message}; it is left out")
    there = list(known) if isinstance(known, dict) else []
    there += [record.plan.environment for record in records if record.plan.environment not in there]
    chosen = [known_environment(name, there) for name in settings.environments]
    own = [
        record
        for record in reversed(records)
        if record.plan.project == project and (not chosen or record.plan.environment in chosen)
    ]
    return own, printable(f"Nothing that {place} holds is of what was asked for." if records else place.empty)
