"""``hookwright apply``: make the live state what is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import Settings, command, option
from hookwright.cli.records import history_option
from hookwright.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from hookwright.cli.fleet import Fleet
    from hookwright.cli.reconciling import Session
    from hookwright.model.plan import Plan


@command(name="apply", environment="several", short_help="Make the live webhooks what is declared.")
@click.argument("planfile", required=False, metavar="[PLANFILE]", type=click.Path(dir_okay=False))
@option("-y", "--yes", is_flag=True, help="Do not ask; for CI.")
@option("--any-commit", is_flag=True, help="Apply PLANFILE after a merge too: what is declared must be the same.")
@target_options
@permits_options
@history_option
def main(
    settings: Settings,
    planfile: str | None,
    yes: bool,
    any_commit: bool,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
    history: str | None,
    **permits: object,
) -> int:
    """Make the live webhooks and events what is declared.

    Shows the plan and asks. With PLANFILE, applies that plan and nothing else, without asking: refused where the
    declaration, the environment or a live object it touches has changed since; with --any-commit, the commit may be
    another one as long as it declares the same. Order: create, update, read back, delete.

    With several environments all of them are planned first; if one cannot be planned, or is blocked, nothing is
    written to any of them.
    """
    from hookwright.cli.applying import Apply
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.guards import asked
    from hookwright.cli.records import kept_at

    if planfile:
        reviewed = _reviewed(settings, planfile, [*targets, *excludes, *filter(None, permits.values())])
        with _open_reviewed(settings, reviewed) as fleet:
            again = Apply(
                settings,
                fleet,
                lambda session: _same_plan(settings, fleet, session, reviewed, any_commit=any_commit),
                kept_at(history, fleet.project.file),
            )
            return again.run(ask=False)
    if any_commit:
        raise UsageError("--any-commit is about a plan file, and none is named", hint="hookwright apply PLANFILE")
    with open_fleet(settings) as fleet:
        wish = asked(settings, fleet.commit, targets, excludes, permits, elsewhere=fleet.names())
        run = Apply(settings, fleet, lambda session: session.plan(wish), kept_at(history, fleet.project.file))
        return run.run(ask=not yes)


def _reviewed(settings: Settings, planfile: str, given: list[object]) -> dict[str, Any]:
    """The content of the plan file, which alone says what may happen."""
    from hookwright.cli.planfiles import load

    if given:
        raise UsageError(
            "a plan file is applied as it was reviewed", hint="Give these options to 'plan --out' instead."
        )
    if len(settings.environments) > 1:
        raise UsageError("a plan file holds the plan of one environment", hint="Name that one alone, or none.")
    return load(planfile)


def _open_reviewed(settings: Settings, reviewed: dict[str, Any]) -> Fleet:
    """The environment that a plan file is for, with the declaration of the commit that it is for."""
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.project import choose_environment, load_project
    from hookwright.cli.wayback import open_past
    from hookwright.reconcile.planfile import past_commit

    named, commit = str(reviewed.get("environment")), past_commit(reviewed)
    if commit is None:
        return open_fleet(settings, preferred=named)
    project = load_project(settings)
    return open_past(settings, project, choose_environment(project, settings, preferred=named), commit).fleet


def _same_plan(
    settings: Settings, fleet: Fleet, session: Session, reviewed: dict[str, Any], *, any_commit: bool
) -> Plan:
    """Make the reviewed plan again; refused unless it comes out the same."""
    from hookwright.reconcile import planfile
    from hookwright.reconcile.digest import Digester

    plan = session.plan(planfile.asked_of(reviewed, settings.now(), fleet.commit))
    planfile.check(reviewed, plan, Digester(session.api_key), any_commit=any_commit)
    if reviewed["blocked"]:
        # Guards of a rollback know the history; what they found stands in the file alone.
        reasons = [str(item["message"]) for item in reviewed["blocked"]]
        raise RefusedError("the plan in the file is blocked", reasons=reasons)
    return plan
