"""``hookwright drift``: live against declared."""

from __future__ import annotations

from hookwright.cli.guards import asked, target_options
from hookwright.cli.options import EXIT_DIFFERENT, REVIEW_FORMATS, Settings, command, report_option


@command(
    name="drift",
    formats=REVIEW_FORMATS,
    environment="several",
    short_help="Show where the live webhooks are not what is declared.",
)
@report_option()
@target_options
def main(settings: Settings, reports: tuple[str, ...], targets: tuple[str, ...], excludes: tuple[str, ...]) -> int:
    """Show where the live webhooks and events are not what is declared.

    Exits with 0 where they are, with 2 where they are not, and with 1 where that could not be found out. Several
    environments are read at the same time.

    With --format github, annotations go to stdout, and the report to the job's summary; the step's outputs are
    exit-code, changes and summary-json.
    """
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.reporting import Reports, Seen
    from hookwright.cli.results import View, show_all
    from hookwright.report import drift_text, plan_json

    view: View[Seen] = View(
        text=lambda seen: drift_text.to_text(seen.plan, color=settings.color),
        record=lambda seen: plan_json.drift_to_dict(seen.plan),
        code=lambda seen: 0 if seen.plan.empty else EXIT_DIFFERENT,
    )
    kept = Reports(settings, "drift", reports, view)
    with kept.kept(), open_fleet(settings) as fleet:
        kept.project, kept.alone = fleet.project, fleet.alone
        wish = asked(settings, fleet.commit, targets, excludes, elsewhere=fleet.names())
        plans = fleet.each(lambda session: Seen(session.plan(wish)))
        code = show_all(settings, kept.noting(plans), view, plural="drifts", alone=fleet.alone)
        kept.write(code)
        return code
