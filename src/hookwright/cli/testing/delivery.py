"""``hookwright test delivery``: the sending side, from the event to the receiver, put to the proof."""

from __future__ import annotations

from typing import Any, Final

import click

from hookwright.cli import completing
from hookwright.cli.options import Settings, command, host_option, option
from hookwright.cli.testing.reporting import FORMATS, report_option

_SECONDS: Final = click.FloatRange(0.05, 3600)


@command(
    name="delivery",
    formats=FORMATS,
    environment="one",
    short_help="Put the sending side to the proof: signature and retries.",
)
@click.argument("name", required=False, shell_complete=completing.webhooks)
@option("--only", metavar="IDS", multiple=True, help="Only these checks: S01,S04; may be repeated.")
@option("--skip", metavar="IDS", multiple=True, help="Not these checks.")
@option("--strict", is_flag=True, help="What is only reported counts as failed.")
@option("--retry-base", type=_SECONDS, default=None, metavar="S", help="Seconds expected before the first retry.")
@option("--timeout", type=_SECONDS, default=None, metavar="S", help="Seconds that an attempt is expected to get.")
@option("--key-env", metavar="VAR", default=None, help="Let the emulator sign with this variable's key.")
@option("--emulator-url", metavar="URL", default=None, help="Check this running emulator, in real time.")
@option("--live", is_flag=True, help="Check the test environment named with -e.")
@option("--public-url", metavar="URL", default=None, help="Where the platform reaches --port: a tunnel. For --live.")
@host_option("Address to listen on, for --live.")
@option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on, for --live.")
@option("--wait", type=click.FloatRange(1, 86400), default=300.0, show_default=True, help="Seconds for an event.")
@report_option()
@option("-y", "--yes", is_flag=True, help="Do not ask before --live makes webhooks.")
def main(settings: Settings, **given: Any) -> int:
    """Put the sending side to the proof: signature and retries, end to end.

    Makes webhooks, lets events happen, and looks at every byte that arrives at a receiver that fails, hangs and breaks
    off as each check needs it. The sender is an emulator of its own, on virtual time: all checks take seconds. With
    NAME, the webhooks are made like the declared one: its events, method, headers and templates, secrets left out.

    With --live, the sender is the platform, in an environment of kind test. The webhooks are disabled until all are
    there; then a person lets one event happen, which serves all checks that can be made so; then they are deleted,
    whatever happens.

    Exits with 1 if a check failed.
    """
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    from hookwright.cli.testing.delivering import Asked, deliver

    return deliver(settings, Asked(**given))
