"""``hookwright diff``: parity of two environments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from hookwright.cli import completing
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from hookwright.cli.fleet import Fleet
    from hookwright.model.parity import Parity


@command(name="diff", short_help="Show where two environments are not alike.")
@click.argument("left", metavar="ENV", shell_complete=completing.environments)
@click.argument("right", metavar="ENV", shell_complete=completing.environments)
def main(settings: Settings, left: str, right: str) -> int:
    """Show where two environments are not alike, live against live.

    What is declared to differ, by overrides and vars, is left out. Webhooks are matched by name, workflows too where
    they are declared so. Exits with 0 where the two are alike, with 2 where they are not.
    """
    from hookwright.cli.fleet import open_fleet
    from hookwright.report import parity_json, parity_text

    if left == right:
        raise UsageError("an environment is like itself", hint="Name two different ones.")
    with open_fleet(replace(settings, environments=(left, right))) as fleet:
        parity = _compare(fleet)
    as_json = settings.format == "json"
    settings.emit(parity_json.to_json(parity) if as_json else parity_text.to_text(parity, color=settings.color))
    return 0 if parity.equal else EXIT_DIFFERENT


def _compare(fleet: Fleet) -> Parity:
    """Read both at the same time, and compare.

    Raises:
        HookwrightError: one of them cannot be read.
    """
    from hookwright.cli.fleet import Failed
    from hookwright.reconcile.live import needs_events
    from hookwright.reconcile.parity import Side, compare

    events = any(needs_events(one.declared) for one in fleet.sessions)
    sides = []
    for one in fleet.each(lambda session: session.read(events=events)):
        if isinstance(one, Failed):
            one.error.message = f"{one.environment}: {one.error.message}"
            raise one.error
        sides.append(Side(one.session.declared, one.session.live))
    return compare(*sides)
