"""``hookwright plan``: declared against live."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import EXIT_DIFFERENT, REVIEW_FORMATS, Settings, command, option, report_option
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hookwright.cli.reconciling import Session
    from hookwright.cli.reporting import Seen
    from hookwright.reconcile.planner import Request


@command(name="plan", formats=REVIEW_FORMATS, environment="several", short_help="Show what an apply would change.")
@option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Keep the plan, for 'hookwright apply FILE'.")
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there is something to do.")
@option("--wire", is_flag=True, help="Show what deliveries would send before and after.")
@report_option()
@target_options
@permits_options
def main(
    settings: Settings,
    out: str | None,
    detailed_exitcode: bool,
    wire: bool,
    reports: tuple[str, ...],
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    **permits: object,
) -> int:
    """Show what an apply would change: the declared against the live.

    Nothing is written to the platform. Guards that would refuse the apply are shown as blocked. Several environments
    are read at the same time; one that cannot be planned does not keep the others from being shown. With --verbose,
    a table shows which webhook will receive which event.

    With --format github, annotations go to stdout, and the report to the job's summary; the step's outputs are
    exit-code, changes and summary-json.
    """
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.guards import asked
    from hookwright.cli.reporting import Reports
    from hookwright.cli.results import View, show_all
    from hookwright.cli.waiting import Waiting

    view = View(
        lines=lambda seen: _lines(settings, seen),
        record=_record,
        code=lambda seen: EXIT_DIFFERENT if detailed_exitcode and not seen.plan.empty else 0,
    )
    kept = Reports(settings, "plan", reports, view)
    with kept.kept(), Waiting(settings) as waiting:
        waiting.for_("reading the project")
        with open_fleet(settings) as fleet:
            kept.project, kept.alone = fleet.project, fleet.alone
            if out and not fleet.alone:
                raise UsageError("a plan file holds the plan of one environment", hint="Call plan once for each.")
            wish = asked(settings, fleet.commit, targets, excludes, permits, elsewhere=fleet.names())
            names = [member.environment for member in fleet.members]
            plans = fleet.each(lambda session: _see(settings, session, wish, out, wire=wire, folded=kept.folds))
            code = show_all(settings, waiting.until(kept.noting(plans), names), view, plural="plans", alone=fleet.alone)
            kept.write(code)
    if out:
        settings.say(f"The plan is kept in {out}; 'hookwright apply {out}' applies just this.")
    return code


def _see(settings: Settings, session: Session, wish: Request, out: str | None, *, wire: bool, folded: bool) -> Seen:
    """Plan an environment; keep the plan in a file where one is named."""
    from hookwright.cli.reporting import Seen

    plan = session.plan(wish)
    if out:
        from hookwright.cli.planfiles import write

        write(out, plan, wish, session.api_key)
    requests = subscribers = None
    if wire or folded:
        from hookwright.cli.wire import Wire

        requests = Wire(session.declared, session.live).changes(plan)
    if settings.verbose and settings.format == "text":
        from hookwright.reconcile import coverage

        subscribers = coverage.subscribers(session.live.webhooks, session.declared, plan.changes)
    return Seen(plan, requests, wire, subscribers)


def _lines(settings: Settings, seen: Seen) -> Iterator[str]:
    from hookwright.report import plan_text

    wire = seen.wire if seen.wanted else None
    return plan_text.to_lines(seen.plan, color=settings.color, wire=wire, subscribers=seen.subscribers)


def _record(seen: Seen) -> dict[str, Any]:
    from hookwright.model.serial import plan_to_dict
    from hookwright.report.plan_json import with_wire

    return with_wire(seen.plan, seen.wire) if seen.wanted and seen.wire is not None else plan_to_dict(seen.plan)
