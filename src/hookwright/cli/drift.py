"""``hookwright drift``: live against declared."""

from __future__ import annotations

from hookwright.cli.guards import asked, target_options
from hookwright.cli.options import EXIT_DIFFERENT, Settings, command


@command(name="drift", environment="one", short_help="Show where the live webhooks are not what is declared.")
@target_options
def main(settings: Settings, targets: tuple[str, ...], excludes: tuple[str, ...]) -> int:
    """Show where the live webhooks and events are not what is declared.

    Exits with 0 where they are, with 2 where they are not, and with 1 where that could not be found out.
    """
    from hookwright.cli.reconciling import open_session
    from hookwright.report import drift_text, plan_json

    session = open_session(settings)
    with session.client:
        plan = session.plan(asked(settings, session.commit, targets, excludes))
    report = (
        plan_json.drift_to_json(plan) if settings.format == "json" else drift_text.to_text(plan, color=settings.color)
    )
    settings.emit(report)
    return 0 if plan.empty else EXIT_DIFFERENT
