"""``hookwright drift``: live against declared."""

from __future__ import annotations

from hookwright.cli.guards import asked, target_options
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command


@command(name="drift", environment="several", short_help="Show where the live webhooks are not what is declared.")
@target_options
def main(settings: Settings, targets: tuple[str, ...], excludes: tuple[str, ...]) -> int:
    """Show where the live webhooks and events are not what is declared.

    Exits with 0 where they are, with 2 where they are not, and with 1 where that could not be found out. Several
    environments are read at the same time.
    """
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.results import View, show_all
    from hookwright.report import drift_text, plan_json

    with open_fleet(settings) as fleet:
        wish = asked(settings, fleet.commit, targets, excludes, elsewhere=fleet.names())
        view = View(
            text=lambda plan: drift_text.to_text(plan, color=settings.color),
            record=plan_json.drift_to_dict,
            code=lambda plan: 0 if plan.empty else EXIT_DIFFERENT,
        )
        plans = fleet.each(lambda session: session.plan(wish))
        return show_all(settings, plans, view, plural="drifts", alone=fleet.alone)
