"""``hookwright plan``: declared against live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command, option
from hookwright.errors import UsageError
from hookwright.model.frozen import dataclass

if TYPE_CHECKING:
    from hookwright.cli.reconciling import Session
    from hookwright.cli.waiting import Waiting
    from hookwright.model.delivery import WireChange
    from hookwright.model.plan import Plan, Subscriber
    from hookwright.reconcile.planner import Request


@command(name="plan", environment="several", short_help="Show what an apply would change.")
@option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Keep the plan, for 'hookwright apply FILE'.")
@option("--detailed-exitcode", is_flag=True, help="Exit with 2 where there is something to do.")
@option("--wire", is_flag=True, help="Show what deliveries would send before and after.")
@target_options
@permits_options
def main(
    settings: Settings,
    out: str | None,
    detailed_exitcode: bool,
    wire: bool,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    **permits: object,
) -> int:
    """Show what an apply would change: the declared against the live.

    Nothing is written to the platform. Guards that would refuse the apply are shown as blocked. Several environments
    are read at the same time; one that cannot be planned does not keep the others from being shown. With --verbose,
    a table shows which webhook will receive which event.
    """
    from hookwright.cli.waiting import Waiting

    with Waiting(settings) as waiting:
        waiting.for_("reading the project")
        code = _plan(settings, waiting, targets, excludes, permits, out=out, wire=wire, detailed=detailed_exitcode)
    if out:
        settings.say(f"The plan is kept in {out}; 'hookwright apply {out}' applies just this.")
    return code


def _plan(
    settings: Settings,
    waiting: Waiting,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    permits: dict[str, object],
    *,
    out: str | None,
    wire: bool,
    detailed: bool,
) -> int:
    """Plan all environments, and show each as soon as it and those before it are there; gives the exit code."""
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.guards import asked
    from hookwright.cli.results import View, show_all

    with open_fleet(settings) as fleet:
        if out and not fleet.alone:
            raise UsageError("a plan file holds the plan of one environment", hint="Call plan once for each.")
        wish = asked(settings, fleet.commit, targets, excludes, permits, elsewhere=fleet.names())
        view = View(
            text=lambda seen: _text(settings, seen),
            record=_record,
            code=lambda seen: EXIT_DIFFERENT if detailed and not seen.plan.empty else 0,
        )
        waiting.for_(f"asking the platform about {', '.join(member.environment for member in fleet.members)}")
        plans = waiting.until(fleet.each(lambda session: _see(settings, session, wish, out, wire=wire)))
        return show_all(settings, plans, view, plural="plans", alone=fleet.alone)


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan and what is to be seen of it.

    Attributes:
        plan: the plan.
        wire: by name of a webhook what its deliveries send before and after; None where nobody asked.
        subscribers: all webhooks after the change; None where nobody asked.
    """

    plan: Plan
    wire: Mapping[str, Sequence[WireChange]] | None = None
    subscribers: Sequence[Subscriber] | None = None


def _see(settings: Settings, session: Session, wish: Request, out: str | None, *, wire: bool) -> Seen:
    """Plan an environment; keep the plan in a file where one is named."""
    plan = session.plan(wish)
    if out:
        from hookwright.cli.planfiles import write

        write(out, plan, wish, session.api_key)
    requests = subscribers = None
    if wire:
        from hookwright.cli.wire import Wire

        requests = Wire(session.declared, session.live).changes(plan)
    if settings.verbose and settings.format == "text":
        from hookwright.reconcile import coverage

        subscribers = coverage.subscribers(session.live.webhooks, session.declared, plan.changes)
    return Seen(plan, requests, subscribers)


def _text(settings: Settings, seen: Seen) -> str:
    from hookwright.report import plan_text

    return plan_text.to_text(seen.plan, color=settings.color, wire=seen.wire, subscribers=seen.subscribers)


def _record(seen: Seen) -> dict[str, Any]:
    from hookwright.model.serial import plan_to_dict
    from hookwright.report.plan_json import with_wire

    return plan_to_dict(seen.plan) if seen.wire is None else with_wire(seen.plan, seen.wire)
