"""``hookwright plan``: declared against live."""

from __future__ import annotations

import click

from hookwright.cli.guards import permits_options, target_options
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command, option


@command(name="plan", environment="one", short_help="Show what an apply would change.")
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

    Nothing is written to the platform. Guards that would refuse the apply are shown as blocked.
    """
    from hookwright.cli.guards import asked
    from hookwright.cli.reconciling import open_session
    from hookwright.report import plan_json, plan_text

    session = open_session(settings)
    wish = asked(settings, session.commit, targets, excludes, permits)
    with session.client:
        plan = session.plan(wish)
    if out:
        from hookwright.cli.planfiles import write

        write(out, plan, wish, session.declared.environment.api_key or "")
    report = plan_json.to_json(plan) if settings.format == "json" else plan_text.to_text(plan, color=settings.color)
    settings.emit(report)
    if out:
        settings.say(f"The plan is kept in {out}; 'hookwright apply {out}' applies just this.")
    return EXIT_DIFFERENT if detailed_exitcode and not plan.empty else 0
