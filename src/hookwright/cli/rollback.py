"""``hookwright rollback``: the way back from an apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import Settings, command, option
from hookwright.cli.records import history_option
from hookwright.errors import LocalError, UsageError
from hookwright.report.style import printable

if TYPE_CHECKING:
    from hookwright.cli.wayback import WayBack
    from hookwright.model.plan import Plan
    from hookwright.model.project import Project


@command(name="rollback", environment="one", short_help="Plan the way back from an apply.")
@click.argument("record", required=False, metavar="[ID]")
@option("--apply", "run", is_flag=True, help="Go that way: apply the plan.")
@option("-y", "--yes", is_flag=True, help="Do not ask; for CI.")
@option("--out", metavar="FILE", type=click.Path(dir_okay=False), help="Keep the plan, for 'hookwright apply FILE'.")
@target_options
@permits_options
@history_option
def main(
    settings: Settings,
    record: str | None,
    run: bool,
    yes: bool,
    out: str | None,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    history: str | None,
    **permits: object,
) -> int:
    """Plan the way back from the apply ID, or from the last one.

    That is a plan from the live state to the declaration as git has it at the commit of the apply before; where none is
    recorded, at the parent of the apply's own commit. The work tree is not touched. The guards are those of now, and
    nothing is written without --apply.
    """
    from hookwright.cli.guards import asked
    from hookwright.cli.project import choose_environment, load_project
    from hookwright.cli.wayback import open_past, plan_back
    from hookwright.reconcile.undoing import renamed

    if run and out:
        raise UsageError("--out keeps a plan for later, --apply applies it now", hint="Leave one of them out.")
    project = load_project(settings)
    environment = choose_environment(project, settings)
    way = _way(settings, project, environment, record, history)
    past = open_past(settings, project, environment, way.commit)
    wish = asked(settings, way.commit, targets, excludes, permits, past=True, renamed=renamed(way.undone))
    with past.fleet as fleet:
        settings.say(_told(way))
        if run:
            from hookwright.cli.applying import Apply
            from hookwright.cli.records import kept_at

            records = kept_at(history, project.file)
            return Apply(settings, fleet, lambda session: plan_back(session, past, way, wish), records).run(ask=not yes)
        (session,) = past.fleet.sessions
        plan = plan_back(session, past, way, wish)
    if out:
        from hookwright.cli.planfiles import write

        write(out, plan, wish, session.api_key)
    _show(settings, plan)
    settings.say(_next(plan, out))
    return 0


def _next(plan: Plan, out: str | None) -> str:
    """What can be done with the plan."""
    if plan.blocked:
        return "An apply of this would be refused, for what is blocked above."
    if plan.empty:
        return "The live state is that already."
    return f"'hookwright apply {out}' goes that way." if out else "Pass --apply to go that way."


def _show(settings: Settings, plan: Plan) -> None:
    from hookwright.report import plan_json, plan_text

    as_json = settings.format == "json"
    settings.emit(plan_json.to_json(plan) if as_json else plan_text.to_text(plan, color=settings.color))


def _way(settings: Settings, project: Project, environment: str, record: str | None, history: str | None) -> WayBack:
    """Which declaration leads back.

    Raises:
        ConfigError: no history is kept.
        LocalError: there is nothing to go back from, or no git or commit to go back to.
        UsageError: there is no such record.
    """
    from hookwright.cli.records import required
    from hookwright.cli.revision import parent_of
    from hookwright.cli.wayback import SHORT, way_back

    def parent(commit: str) -> str:
        try:
            return parent_of(project.root, commit, settings.environ)
        except UsageError as error:
            raise LocalError(f"at commit {commit[:SHORT]}: {error.message}", hint=error.hint) from None

    place = required(history, project.file)
    records, wrong = place.read()
    for message in wrong:
        settings.say(f"warning: {message}; it is left out")
    own = [one for one in records if (one.plan.project, one.plan.environment) == (project.name, environment)]
    if not own:
        message = f"nothing was applied to {environment} yet, as far as the history tells"
        raise LocalError(message, hint=f"It is looked for in {place}; --history names another place.")
    if own[-1].at > settings.now():
        # Records are in the order of the clocks of those who made them.
        newest = f"the apply {own[-1].id} is of a time to come: a clock was wrong, another may be the last"
        settings.say(printable(f"warning: {newest}"))
    return way_back(own, record, parent)


def _told(way: WayBack) -> str:
    """Where it goes, for a person."""
    from hookwright.cli.wayback import SHORT
    from hookwright.model.serial import timestamp

    to = f"the apply {way.before.id}, " if way.before else ""
    by = f" by {way.record.who}" if way.record.who else ""
    from_ = f"{way.record.id} ({timestamp(way.record.at)}{by})"
    return printable(f"Back from the apply {from_} to {to}commit {way.commit[:SHORT]}.")
