"""``hookwright test delivery``: the sending side, from the event to the receiver, put to the proof."""

from __future__ import annotations

from typing import Any

import click

from hookwright.cli import completing
from hookwright.cli.options import Settings, command, option
from hookwright.cli.testing.reporting import FORMATS, report_option


@command(
    name="delivery",
    environment="one",
    formats=FORMATS,
    short_help="Put the sending side to the proof: signature and retries.",
)
@click.argument("name", required=False, shell_complete=completing.webhooks)
@option("--only", metavar="IDS", default=None, help="Only these checks: S01,S04.")
@option("--skip", metavar="IDS", default=None, help="Not these checks.")
@option("--strict", is_flag=True, help="Take what is only reported for a failure.")
@option("--retry-base", type=click.FloatRange(0.05, 3600), default=None, help="Seconds expected before a retry.")
@option("--timeout", type=click.FloatRange(0.2, 600), default=None, help="Seconds that an attempt is expected to get.")
@option("--key-env", metavar="VAR", default=None, help="Sign with this variable's key.")
@report_option()
def main(settings: Settings, name: str | None, **given: Any) -> int:
    """Put the sending side to the proof: signature and retries, end to end.

    Makes webhooks, lets events happen, and looks at every byte that arrives at a receiver that fails, hangs and breaks
    off as each check needs it. The sender is an emulator of its own, on virtual time. With NAME, the webhooks are made
    like the declared one: its events, method, headers and templates, secrets left out.

    Exits with 1 if a check failed.
    """
    from hookwright.cli.testing.delivering import deliver
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    return deliver(settings, name, **given)
