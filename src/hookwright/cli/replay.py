"""``hookwright replay``: kept deliveries once more, byte for byte or signed anew."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookwright.cli.kept import database_option, delivery_of, filter_options, make_filter, open_kept, summary_of
from hookwright.cli.options import EXIT_FAILED, Settings, command, option
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from hookwright.cli.showing import Showing
    from hookwright.harness.filters import Filter
    from hookwright.harness.reach import Target
    from hookwright.harness.store import DeliveryStore
    from hookwright.model.delivery import Key, Replayed, Summary


@command(name="replay", environment="one", short_help="Send kept deliveries once more, byte for byte.")
@click.argument("ids", nargs=-1, metavar="[ID]...")
@database_option()
@option("--to", metavar="URL", default=None, help="Send here. Default: where 'listen --forward' passed it on to.")
@option("--last", type=click.IntRange(1, 10_000), default=None, metavar="N", help="The last N deliveries.")
@option("--failed", is_flag=True, help="Deliveries whose last attempt was not answered with 200.")
@filter_options
@option("--re-sign", is_flag=True, help="Sign anew: with the key of the environment, or of --key-env.")
@option("--key-env", metavar="VAR", default=None, help="With --re-sign: sign with this variable's key.")
@option("--timeout", type=click.FloatRange(0.001, 3600), default=30.0, show_default=True, help="Seconds for each.")
@option("--yes", is_flag=True, help="Send to other hosts than this machine and private networks too.")
def main(
    settings: Settings,
    *,
    ids: tuple[str, ...],
    db: Path,
    to: str | None,
    last: int | None,
    failed: bool,
    event: str,
    path: str,
    signature: str | None,
    re_sign: bool,
    key_env: str | None,
    timeout: float,
    yes: bool,
) -> int:
    """Send deliveries that 'listen --db' has kept once more, in the order in which they came.

    Which ones: the IDs, or all that --last, --failed and the filters leave, each delivery once, as its last attempt
    came. Method, headers and body are sent to the byte; only what belongs to the connection (Host, Content-Length) is
    new. A URL with a path is used as it is; one without gets the path of each delivery.

    Exits with 1 if any was not answered with 200.
    """
    from hookwright.cli.targets import read_near_destination
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    from hookwright.cli.showing import Showing, known_origins

    narrowed = bool(last or failed or event or path or signature)
    if bool(ids) == narrowed:
        message = "IDs and --last, --failed or filters exclude each other" if ids else "which deliveries?"
        raise UsageError(
            message, hint="Name their IDs ('hookwright deliveries' lists them), or pass --last or --failed."
        )
    key = _key(settings, re_sign=re_sign, variable=key_env)
    target = None if to is None else read_near_destination(to, yes=yes)
    with open_kept(db) as store:
        wanted = make_filter(event, path, signature, failed=failed)
        chosen = _chosen(store, ids, wanted, last)
        jobs = [(summary, target or _passed_on_to(store, summary, yes=yes)) for summary in chosen]
        return _run(settings, store, jobs, key, Showing(known_origins(settings), [], []), timeout)


def _key(settings: Settings, *, re_sign: bool, variable: str | None) -> Key | None:
    from hookwright.cli.keys import chosen_keys, variable_key

    if not re_sign:
        if variable:
            raise UsageError("--key-env names the key to sign with: it needs --re-sign")
        return None
    if variable:
        return variable_key(settings, variable)
    keys, _ = chosen_keys(settings, ())
    if len(keys) != 1:
        raise UsageError("which key?", hint="Name one environment with -e, or a process variable with --key-env.")
    return keys[0]


def _chosen(store: DeliveryStore, ids: tuple[str, ...], wanted: Filter, last: int | None) -> list[Summary]:
    if ids:
        return [summary_of(store, one) for one in ids]
    from hookwright.harness.store import KEPT

    return store.last_attempts(wanted, last or KEPT)[::-1]


def _passed_on_to(store: DeliveryStore, summary: Summary, *, yes: bool) -> Target:
    """Where a kept delivery was passed on to.

    Raises:
        UsageError: nowhere.
    """
    from hookwright.cli.targets import read_near_destination

    kept = store.get(summary.id)
    if kept is None or not kept.target:
        raise UsageError(f"delivery {summary.id} was not passed on to anybody: where to?", hint="Pass --to URL.")
    return read_near_destination(kept.target, yes=yes)


def _run(
    settings: Settings,
    store: DeliveryStore,
    jobs: list[tuple[Summary, Target]],
    key: Key | None,
    showing: Showing,
    timeout: float,
) -> int:
    import asyncio

    from hookwright.harness.replay import replay, replay_request
    from hookwright.model.delivery import Replayed
    from hookwright.report import received as report

    if not jobs:
        settings.say("There is nothing to replay: no kept delivery is what was asked for.")

    async def all_of_them() -> list[Replayed]:
        done = []
        for summary, target in jobs:
            request = replay_request(delivery_of(store, summary), target, key)
            one = Replayed(summary, showing.url(request.url), key is not None, await replay(request, timeout))
            done.append(one)
            if settings.format == "text":
                settings.emit(report.replay_line(one, color=settings.color))
        return done

    replayed = asyncio.run(all_of_them())
    if settings.format == "json":
        settings.emit(report.replays_to_json(replayed))
    return 0 if all(one.delivered for one in replayed) else EXIT_FAILED
