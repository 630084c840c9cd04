"""``hookwright plan``: declared against live."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command, option
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from hookwright.cli.reconciling import Session
    from hookwright.model.plan import Plan
    from hookwright.reconcile.planner import Request


@command(name="plan", environment="several", short_help="Show what an apply would change.")
@option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Keep the plan, for 'hookwright apply FILE'.")
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there is something to do.")
@target_options
@permits_options
def main(
    settings: Settings,
    out: str | None,
    detailed_exitcode: bool,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    **permits: object,
) -> int:
    """Show what an apply would change: the declared against the live.

    Nothing is written to the platform. Guards that would refuse the apply are shown as blocked. Several environments
    are read at the same time; one that cannot be planned does not keep the others from being shown.
    """
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.guards import asked
    from hookwright.cli.results import View, show_all
    from hookwright.model.serial import plan_to_dict
    from hookwright.report import plan_text

    with open_fleet(settings) as fleet:
        if out and not fleet.alone:
            raise UsageError("a plan file holds the plan of one environment", hint="Call plan once for each.")
        wish = asked(settings, fleet.commit, targets, excludes, permits)
        view = View(
            text=lambda plan: plan_text.to_text(plan, color=settings.color),
            record=plan_to_dict,
            code=lambda plan: EXIT_DIFFERENT if detailed_exitcode and not plan.empty else 0,
        )
        plans = fleet.each(lambda session: _plan(session, wish, out))
        code = show_all(settings, plans, view, plural="plans", alone=fleet.alone)
    if out:
        settings.say(f"The plan is kept in {out}; 'hookwright apply {out}' applies just this.")
    return code


def _plan(session: Session, wish: Request, out: str | None) -> Plan:
    """The plan of an environment, kept in a file where one is named."""
    plan = session.plan(wish)
    if out:
        from hookwright.cli.planfiles import write

        write(out, plan, wish, session.api_key)
    return plan
