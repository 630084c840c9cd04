"""``hookwright apply``: make the live state what is declared."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import EXIT_FAILED, EXIT_PARTIAL, Settings, command, option

if TYPE_CHECKING:
    from hookwright.cli.reconciling import Session
    from hookwright.model.plan import Outcome, Plan
    from hookwright.reconcile.planner import Request


@command(name="apply", environment="one", short_help="Make the live webhooks what is declared.")
@click.argument("planfile", required=False, metavar="[PLANFILE]", type=click.Path(dir_okay=False))
@option("-y", "--yes", is_flag=True, help="Do not ask; for CI.")
@target_options
@permits_options
def main(
    settings: Settings,
    planfile: str | None,
    yes: bool,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    **permits: object,
) -> int:
    """Make the live webhooks and events what is declared.

    Shows the plan and asks. With PLANFILE, applies that plan and nothing else: refused where the declaration, the
    environment or a live object it touches has changed since. Order: create, update, read back, delete.
    """
    from hookwright.cli.guards import asked
    from hookwright.cli.reconciling import open_session
    from hookwright.errors import RefusedError

    reviewed = _reviewed(planfile, [*targets, *excludes, *filter(None, permits.values())]) if planfile else None
    session = open_session(settings)
    wish = asked(settings, session.commit, targets, excludes, permits)
    with session.client:
        plan = session.plan(wish) if reviewed is None else _same_plan(settings, session, reviewed)
        if settings.format == "text":
            from hookwright.report import plan_text

            settings.emit(plan_text.to_text(plan, color=settings.color))
        if plan.blocked:
            raise RefusedError("the apply is refused", reasons=[item.message for item in plan.blocked])
        if not plan.empty and not (yes or planfile):
            plan = _ask(settings, session, wish, plan)
        outcome = _run(settings, session, plan)
    return _report(settings, outcome)


def _reviewed(planfile: str, given: list[object]) -> dict[str, Any]:
    """The content of the plan file, which alone says what may happen."""
    from hookwright.cli.planfiles import load
    from hookwright.errors import UsageError

    if given:
        raise UsageError(
            "a plan file is applied as it was reviewed", hint="Give these options to 'plan --out' instead."
        )
    return load(planfile)


def _same_plan(settings: Settings, session: Session, reviewed: dict[str, Any]) -> Plan:
    """Make the reviewed plan again; refused unless it comes out the same."""
    from hookwright.reconcile import planfile
    from hookwright.reconcile.digest import Digester

    plan = session.plan(planfile.asked_of(reviewed, settings.now(), session.commit))
    planfile.check(reviewed, plan, Digester(session.declared.environment.api_key or ""))
    return plan


def _ask(settings: Settings, session: Session, wish: Request, plan: Plan) -> Plan:
    """Ask; then read the live state once more: a person may have taken long, and the rest of the world did not wait."""
    from hookwright.errors import RefusedError, UsageError

    if not settings.interactive:
        raise UsageError("nobody can be asked here", hint="Pass --yes to apply without asking.")
    click.confirm(f"Apply this to '{plan.environment}'?", abort=True, err=True)
    fresh = session.plan(wish)
    if fresh.changes != plan.changes:
        raise RefusedError("the live state has changed since the plan was shown", hint="Apply again to see it anew.")
    return fresh


def _run(settings: Settings, session: Session, plan: Plan) -> Outcome:
    """Apply the plan; the first Ctrl-C or SIGTERM lets running calls end, the second ends it all."""
    import time

    from hookwright.cli.interrupts import stop_on_signals
    from hookwright.reconcile.apply import Run, apply
    from hookwright.report.outcome_text import step_line

    run = Run(session.client, session.live.webhooks, time.sleep)
    if settings.format == "text":
        run.progress = lambda step: settings.say(step_line(step, color=settings.color and sys.stderr.isatty()))
    with stop_on_signals(run.stop, settings.say):
        return apply(plan, session.declared, run)


def _report(settings: Settings, outcome: Outcome) -> int:
    from hookwright.model.plan import StepStatus
    from hookwright.report import outcome_text, plan_json

    if settings.format == "json":
        settings.emit(plan_json.outcome_to_json(outcome))
    else:
        settings.emit(outcome_text.to_text(outcome, color=settings.color))
    if outcome.converged:
        return 0
    landed = outcome.count(StepStatus.APPLIED) + outcome.count(StepStatus.UNKNOWN)
    return EXIT_PARTIAL if landed else EXIT_FAILED
