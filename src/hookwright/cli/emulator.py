"""``hookwright emulator``: the Refold API and its deliveries on this machine."""

from __future__ import annotations

import asyncio
import json
import math
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hookwright.cli.options import Settings, command, host_option, option
from hookwright.errors import LocalError

if TYPE_CHECKING:
    from hookwright.emulator import Options
    from hookwright.emulator.faults import Rule


def _finite(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    """``nan`` is in every range, and ``inf`` in some."""
    if not math.isfinite(value):
        raise click.BadParameter(f"{value} is not a number to count with.")
    return value


@command(name="emulator", short_help="Run the Refold API and its deliveries on this machine.")
@host_option()
@option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 for a free one.")
@option("--db", type=click.Path(dir_okay=False, path_type=Path), default=None, help="Keep the state in this file.")
@option(
    "--retry-base",
    type=click.FloatRange(0, 86400),
    callback=_finite,
    default=1.0,
    show_default=True,
    metavar="S",
    help="Seconds before the first retry of a delivery.",
)
@option(
    "--retry-factor",
    type=click.FloatRange(1, 100),
    callback=_finite,
    default=2.0,
    show_default=True,
    metavar="F",
    help="Each further retry waits so many times longer.",
)
@option(
    "--timeout",
    type=click.FloatRange(0, 3600, min_open=True),
    callback=_finite,
    default=10.0,
    show_default=True,
    metavar="S",
    help="Seconds that a receiver may take.",
)
@option(
    "--rate-limit",
    type=click.FloatRange(0, min_open=True),
    callback=_finite,
    default=20.0,
    show_default=True,
    metavar="N",
    help="Calls per second and key.",
)
@option("--burst", type=click.IntRange(1), default=5, show_default=True, metavar="N", help="Calls at once.")
@option("--no-rate-limit", is_flag=True, help="Take any number of calls.")
@option("--retry-after", is_flag=True, help="Send Retry-After with a 429.")
@option(
    "--faults",
    "faults_file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Faults for the API, a JSON file.",
)
@option(
    "--ca-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    help="Trust these authorities too (PEM), for https receivers of this machine.",
)
@option("--allow-any-host", is_flag=True, help="Deliver to other machines than this one too.")
def main(
    settings: Settings,
    *,
    host: str,
    port: int,
    db: Path | None,
    retry_base: float,
    retry_factor: float,
    timeout: float,
    rate_limit: float,
    burst: int,
    no_rate_limit: bool,
    retry_after: bool,
    faults_file: Path | None,
    ca_file: Path | None,
    allow_any_host: bool,
) -> None:
    """Run the Refold API and its deliveries on this machine.

    Any key that starts with 'tk' or 'pk' is an organization of its own. Prints 'listening on URL' when ready; ends with
    0 on Ctrl-C or SIGTERM. With --db, webhooks, events and pending deliveries are there again after a restart.

    Beside the API: POST /_emulator/emit (with x-api-key) lets a platform event happen, GET /_emulator/deliveries shows
    every attempt, GET or PUT /_emulator/workflows, POST /_emulator/faults and GET /_emulator/requests help tests, and
    GET /_emulator/openapi.json describes all of it.
    """
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    from hookwright.emulator import Options, Retries

    options = Options(
        host=host,
        port=port,
        db=db,
        retries=Retries(retry_base, retry_factor),
        timeout=timeout,
        rate_limit=None if no_rate_limit else rate_limit,
        burst=burst,
        retry_after=retry_after,
        allow_any_host=allow_any_host,
        trust=ca_file,
        faults=_faults(faults_file) if faults_file else (),
    )
    asyncio.run(_serve(settings, options))


async def _serve(settings: Settings, options: Options) -> None:
    """Serve until SIGINT or SIGTERM."""
    from hookwright.cli.listening import ready_line
    from hookwright.cli.rendering import TemplateRenderer
    from hookwright.emulator import Emulator

    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Emulator(options, TemplateRenderer()) as emulator:
        settings.emit(ready_line(emulator.url, settings.format))
        await stop.wait()


def _faults(file: Path) -> tuple[Rule, ...]:
    from hookwright.emulator.faults import RuleError, parse_rules

    try:
        return tuple(parse_rules(json.loads(file.read_text("utf-8"))))
    except OSError as error:
        raise LocalError(f"cannot read {file}: {error.strerror}") from error
    except RuleError as error:
        raise LocalError(f"{file}: {error}") from error
    except (ValueError, RecursionError) as error:
        raise LocalError(f"{file} is not JSON: {error}") from error
