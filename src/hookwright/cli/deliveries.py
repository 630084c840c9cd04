"""``hookwright deliveries``: what ``listen`` has kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookwright.cli.kept import database_option, delivery_of, filter_options, make_filter, open_kept, summary_of
from hookwright.cli.options import Settings, command, option

if TYPE_CHECKING:
    from hookwright.cli.showing import Showing
    from hookwright.harness.store import DeliveryStore
    from hookwright.model.delivery import Summary


@command(name="deliveries", environment="one", short_help="Show the deliveries that 'listen' has kept.")
@click.argument("delivery", required=False, metavar="[ID]")
@database_option()
@filter_options
@option("--failed", is_flag=True, help="Only what was not answered with 200.")
@option(
    "--last", type=click.IntRange(1, 10_000), default=50, show_default=True, metavar="N", help="The last N of them."
)
@option("--key-env", "key_envs", metavar="VAR", multiple=True, help="Explain wrong signatures with this key.")
@option("--reveal", is_flag=True, help="Show secrets.")
def main(
    settings: Settings,
    *,
    delivery: str | None,
    db: Path,
    event: str,
    path: str,
    signature: str | None,
    failed: bool,
    last: int,
    key_envs: tuple[str, ...],
    reveal: bool,
) -> None:
    """Show the deliveries that 'listen --db' has kept: a list, the newest last, or all of the delivery ID.

    Verdicts on signatures are those of the time when they came. With a key, of an environment (-e) or a variable
    (--key-env), the delivery ID says why its signature does not match.
    """
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    from hookwright.cli.keys import chosen_keys
    from hookwright.cli.showing import Showing, known_origins
    from hookwright.report import received as report

    showing = Showing(known_origins(settings), *chosen_keys(settings, key_envs), reveal=reveal)
    with open_kept(db) as store:
        if delivery is not None:
            _show(settings, store, showing, summary_of(store, delivery))
            return
        wanted = make_filter(event, path, signature, failed=failed)
        found = store.search(wanted, last)[::-1]
        if settings.format == "json":
            settings.emit(report.kept_to_json([_as_dict(store, showing, one) for one in found]))
        else:
            shown = [showing.summary(one) for one in found]
            settings.emit(report.list_to_text(shown, color=settings.color))


def _show(settings: Settings, store: DeliveryStore, showing: Showing, summary: Summary) -> None:
    from hookwright.report import received as report

    if settings.format == "json":
        settings.emit(report.kept_to_json([_as_dict(store, showing, summary)]))
        return
    kept = delivery_of(store, summary)
    text = report.to_text(
        showing.delivery(kept)[0],
        showing.secret,
        diagnosis=showing.diagnosis(kept),
        verified=bool(showing.keys),
        size=summary.size,
        color=settings.color,
    )
    settings.emit(text)


def _as_dict(store: DeliveryStore, showing: Showing, summary: Summary) -> dict[str, object]:
    from hookwright.report import received as report

    shown, masked = showing.delivery(delivery_of(store, summary))
    return report.as_dict(shown, showing.secret, masked=masked)
