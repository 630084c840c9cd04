"""``hookwright listen``: a receiver that verifies, shows, keeps, passes on, and fails on purpose."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hookwright.cli.kept import filter_options, make_filter
from hookwright.cli.options import Settings, command, host_option, option
from hookwright.errors import UsageError

if TYPE_CHECKING:
    from hookwright.cli.listening import Options
    from hookwright.harness.answers import Script


@command(name="listen", environment="one", short_help="Receive deliveries: verify, show, answer with faults.")
@host_option()
@option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 for a free one.")
@option("--key-env", "key_envs", metavar="VAR", multiple=True, help="Verify with this variable's key; may be repeated.")
@option("--fail", type=click.IntRange(0, 1000), default=0, metavar="N", help="500 to the first N of each delivery.")
@option("--status", type=click.IntRange(200, 599), default=200, show_default=True, help="Answer this otherwise.")
@option("--delay", type=click.FloatRange(0, 3600), default=0.0, metavar="S", help="Seconds before each answer.")
@option("--reset", is_flag=True, help="Reset connections instead of answering (with --fail: instead of 500).")
@option("--drop", is_flag=True, help="Close connections without an answer (likewise).")
@option(
    "--script",
    "script_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Answers by delivery and attempt, a YAML file; the options above for the rest.",
)
@option("--db", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Keep deliveries in this file.")
@option("--forward", metavar="URL", default=None, help="Pass each delivery on, byte for byte, and its answer back.")
@filter_options
@option("--max", "most", type=click.IntRange(1), default=None, metavar="N", help="End after N deliveries shown.")
@option("--ui", is_flag=True, help="Show deliveries in the browser too; prints the address to stderr.")
@option("--ui-port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Its port; 0 for a free one.")
@option("--reveal", is_flag=True, help="Show secrets.")
@option("--yes", is_flag=True, help="Forward to other hosts than this machine and private networks too.")
def main(settings: Settings, key_envs: tuple[str, ...], reveal: bool, **given: Any) -> int:
    """Receive deliveries, verify their signatures and show them.

    Verifies with the keys of the environments named with -e (of the project found from here) or of --key-env. Prints
    'listening on URL' when ready; then a block per delivery, or with --format json a line of JSON. A delivery is known
    again by method, path and body: --fail counts its attempts. Ends with 0 on Ctrl-C or SIGTERM.

    --script names a file of rules, which give the deliveries of an event, path or method an answer for each attempt
    (status, delay, headers, body, or a connection that is cut); 'hookwright schema script' says what it holds.

    --event, --path and --signature choose what is shown; all deliveries are answered and kept. Values that a process
    variable flowed into are masked where the project tells them.

    --db keeps the last 10,000 deliveries with all of their headers, in a file that only you can read, for 'hookwright
    deliveries' and 'hookwright replay'.

    --ui serves a page on this machine that shows deliveries as they arrive: their signatures and what is wrong with
    them, what the declared webhook would have sent, the time line of their attempts; and replays them.
    """
    from hookwright.cli.keys import chosen_keys
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    from hookwright.cli.listening import Listener
    from hookwright.cli.showing import Showing, known_origins

    options = _options(**given)
    showing = Showing(known_origins(settings), *chosen_keys(settings, key_envs), reveal=reveal)
    Listener(settings, showing, options).run()
    return 0


def _options(
    *,
    host: str,
    port: int,
    script_file: Path | None,
    forward: str | None,
    yes: bool,
    db: Path | None,
    event: str,
    path: str,
    signature: str | None,
    most: int | None,
    ui: bool,
    ui_port: int,
    **faults: Any,
) -> Options:
    """What the options of the command line ask for."""
    from hookwright.cli.listening import Options
    from hookwright.cli.scripting import read_script
    from hookwright.cli.targets import read_near_destination

    script = _script(**faults)
    return Options(
        host=host,
        port=port,
        script=read_script(script_file, script) if script_file else script,
        target=read_near_destination(forward, yes=yes) if forward is not None else None,
        db=db,
        wanted=make_filter(event, path, signature),
        most=most,
        ui=ui_port if ui else None,
    )


def _script(*, fail: int, status: int, delay: float, reset: bool, drop: bool) -> Script:
    from hookwright.harness.answers import Cut, fault_script

    if reset and drop:
        raise UsageError("--reset and --drop exclude each other")
    cut = Cut.RESET if reset else Cut.DROP if drop else None
    return fault_script(fail=fail, status=status, delay=delay, cut=cut)
