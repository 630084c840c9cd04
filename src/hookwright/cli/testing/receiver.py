"""``hookwright test receiver``: the conformance checks of a receiver."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from hookwright.cli import completing
from hookwright.cli.options import EXIT_FAILED, Settings, command, option
from hookwright.cli.samples import payload_options, read_sample
from hookwright.cli.testing.reporting import FORMATS, Reporting, report_option

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from hookwright.cli.testing.subject import Subject
    from hookwright.harness.checks.admission import Endpoint
    from hookwright.harness.checks.bench import Bench, Limits
    from hookwright.harness.checks.check import Check
    from hookwright.harness.checks.effects import Effects


@command(
    name="receiver",
    environment="one",
    formats=FORMATS,
    short_help="Put a receiver to the proof: signatures, duplicates, load.",
)
@click.argument("url")
@click.argument("name", required=False, shell_complete=completing.webhooks)
@payload_options
@option("--only", metavar="IDS", multiple=True, help="Only these checks: R08,R12; may be repeated.")
@option("--skip", metavar="IDS", multiple=True, help="Not these checks.")
@option("--strict", is_flag=True, help="What is only reported counts as failed.")
@option("--effects", metavar="CMD|URL", default=None, help="Probe that gives the number of effects so far.")
@option("--key-env", metavar="VAR", default=None, help="Sign with this variable's key, not the environment's.")
@option("--also-key", "also_keys", metavar="VAR", multiple=True, help="One more key that the receiver takes.")
@option(
    "--budget",
    metavar="S",
    type=click.FloatRange(0.001, 60),
    default=1.0,
    show_default=True,
    help="Seconds for answers (R32).",
)
@option(
    "--count",
    metavar="N",
    type=click.IntRange(1, 100_000),
    default=500,
    show_default=True,
    help="Deliveries of the burst (R39).",
)
@option(
    "--concurrency",
    metavar="N",
    type=click.IntRange(1, 256),
    default=10,
    show_default=True,
    help="Of these at once (R39).",
)
@option(
    "--timeout",
    metavar="S",
    type=click.FloatRange(0.1, 60),
    default=5.0,
    show_default=True,
    help="Seconds per request.",
)
@report_option()
@option("--i-own-this-host", is_flag=True, help="Test a host that is neither local nor declared by a test environment.")
def main(
    settings: Settings,
    url: str,
    name: str | None,
    event: str | None,
    payload: str | None,
    workflow_response: str | None,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    strict: bool,
    effects: str | None,
    key_env: str | None,
    also_keys: tuple[str, ...],
    budget: float,
    count: int,
    concurrency: int,
    timeout: float,
    report_files: tuple[Path, ...],
    i_own_this_host: bool,
) -> int:
    """Put the receiver at URL to the proof, with deliveries of webhook NAME or of a plain one.

    Sends what a receiver must take and what it must not, valid and forged, on plain sockets, and says of each check
    what was sent, what is right, what was seen and why it matters. Some checks need to know what the receiver has done:
    --effects names a command or a URL that gives the number of its effects so far, as an integer or JSON with "count".

    Only this machine and hosts that webhooks of test environments declare are tested, unless --i-own-this-host.

    Exits with 1 if a check failed, or the run was interrupted: the report then has what was found until then.
    """
    from hookwright.harness.requirements import require_aiohttp

    require_aiohttp()
    from hookwright.cli.targets import read_destination
    from hookwright.cli.testing.subject import read_subject
    from hookwright.harness import choosing
    from hookwright.harness.checks.admission import admit
    from hookwright.harness.checks.bench import Limits
    from hookwright.harness.checks.registry import catalogue

    url = read_destination(url).url
    reporting = Reporting(settings, report_files)
    checks = choosing.choose(catalogue().values(), only, skip)
    sample = read_sample(event, payload, workflow_response)
    subject = read_subject(settings, url, name, sample, key_env=key_env, also=also_keys)
    endpoint = admit(url, subject.hosts, owned=i_own_this_host)
    probe = make_probe(effects, endpoint, subject, owned=i_own_this_host)
    limits = Limits(budget=budget, count=count, concurrency=concurrency)
    bench = make_bench(settings, endpoint, subject, probe, limits, timeout)
    return _run(checks, bench, subject, reporting, settings.say, strict=strict)


def make_probe(line: str | None, endpoint: Endpoint, subject: Subject, *, owned: bool) -> Effects | None:
    """The counter of effects, from a command line or a URL; None for None.

    Raises:
        UsageError: it is no URL.
        LocalError: the command makes no sense, or the URL's host has no address.
        RefusedError: nothing may be sent to that host.
    """
    from hookwright.harness.checks import effects
    from hookwright.harness.checks.admission import admit
    from hookwright.harness.checks.wire import Wire

    if line is None:
        return None
    if not line.startswith(("http://", "https://")):
        return effects.Effects(effects.command(line))
    there = admit(line, {*subject.hosts, endpoint.host.lower()}, owned=owned)
    return effects.Effects(effects.url(Wire(there, timeout=10.0, user_agent=_agent(), trust=there.loopback)))


def _agent() -> str:
    from hookwright import __version__

    return f"hookwright/{__version__}"


def make_bench(
    settings: Settings, endpoint: Endpoint, subject: Subject, probe: Effects | None, limits: Limits, timeout: float
) -> Bench:
    """What the checks of one run work with.

    Args:
        settings: the clock.
        endpoint: where the receiver is, once that is admitted.
        subject: what is sent.
        probe: the counter of effects; None where there is none.
        limits: bounds of load.
        timeout: seconds that a request may take.
    """
    import secrets

    from hookwright.harness.checks.bench import Bench
    from hookwright.harness.checks.samples import Samples
    from hookwright.harness.checks.wire import Wire

    samples = Samples(
        webhook=subject.webhook,
        masked=subject.masked,
        payload=subject.payload,
        key=subject.keys[0].value,
        token=secrets.token_hex(8),
        now=settings.now(),
        fixed=tuple(subject.sample.overrides),
        workflow_response=subject.sample.workflow_response,
    )
    wire = Wire(
        endpoint,
        timeout=timeout,
        user_agent=_agent(),
        trust=endpoint.loopback,
        shown_target=subject.shown_target,
        scrub=subject.scrub,
    )
    return Bench(wire, samples, subject.keys, subject.others, probe, limits)


def _run(
    checks: list[Check],
    bench: Bench,
    subject: Subject,
    reporting: Reporting,
    say: Callable[[str], None],
    *,
    strict: bool,
) -> int:
    import asyncio
    import threading
    import time

    from hookwright.cli.interrupts import stop_on_signals
    from hookwright.harness.checks.run import run_checks
    from hookwright.model.conformance import Conformance

    begun, stop = time.perf_counter(), threading.Event()
    with stop_on_signals(stop, say, message="the check under way is ended.", code=EXIT_FAILED):
        results = asyncio.run(run_checks(checks, bench, strict=strict, done=reporting.ended, stop=stop.is_set))
    run = Conformance("receiver", subject.shown_url, subject.name, tuple(results), time.perf_counter() - begun)
    return max(reporting.show(run), EXIT_FAILED if stop.is_set() else 0)
