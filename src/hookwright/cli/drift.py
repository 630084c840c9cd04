"""``hookwright drift``: live against declared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hookwright.cli.guards import asked, target_options
from hookwright.cli.options import EXIT_DIFFERENT, REVIEW_FORMATS, Settings, command, option, report_option

if TYPE_CHECKING:
    from hookwright.cli.notification import Notification


@command(
    name="drift",
    formats=REVIEW_FORMATS,
    environment="several",
    short_help="Show where the live webhooks are not what is declared.",
)
@report_option()
@option("--notify", metavar="URL", default=None, help="Where there is drift, post it there, signed.")
@option(
    "--notify-key-env",
    metavar="VAR",
    default="HOOKWRIGHT_NOTIFY_KEY",
    show_default=True,
    help="The variable with the key to sign that with.",
)
@target_options
def main(
    settings: Settings,
    reports: tuple[str, ...],
    notify: str | None,
    notify_key_env: str,
    targets: tuple[str, ...],
    excludes: tuple[str, ...],
) -> int:
    """Show where the live webhooks and events are not what is declared.

    Exits with 0 where they are, with 2 where they are not, and with 1 where that could not be found out. Several
    environments are read at the same time. A notification that fails is told on stderr and changes no exit code.

    With --format github, annotations go to stdout, and the report to the job's summary; the step's outputs are
    exit-code, changes and summary-json.
    """
    from hookwright.cli.fleet import open_fleet
    from hookwright.cli.reporting import Reports, Seen
    from hookwright.cli.results import View, show_all
    from hookwright.report import drift_text, plan_json

    view: View[Seen] = View(
        lines=lambda seen: drift_text.to_lines(seen.plan, color=settings.color),
        record=lambda seen: plan_json.drift_to_dict(seen.plan),
        code=lambda seen: 0 if seen.plan.empty else EXIT_DIFFERENT,
    )
    kept = Reports(settings, "drift", reports, view)
    told = _notification(settings, notify, notify_key_env)
    with kept.kept(), open_fleet(settings) as fleet:
        kept.project, kept.alone = fleet.project, fleet.alone
        wish = asked(settings, fleet.commit, targets, excludes, elsewhere=fleet.names())
        plans = fleet.each(lambda session: Seen(session.plan(wish)))
        code = show_all(settings, kept.noting(plans), view, plural="drifts", alone=fleet.alone)
        if told and kept.found:
            told.send(settings, kept.json())
        kept.write(code)
        return code


def _notification(settings: Settings, url: str | None, variable: str) -> Notification | None:
    """What is to be notified, checked before anything is read."""
    if url is None:
        return None
    from hookwright.cli.notification import prepare

    return prepare(settings, url, variable)
