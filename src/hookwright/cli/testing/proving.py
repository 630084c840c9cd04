"""One run of the checks of a sender in a real test environment: asked for, interruptible, cleaned up."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from hookwright.cli.doctoring.environment import connect
from hookwright.cli.doctoring.probing import ask, leftover_lines
from hookwright.cli.interrupts import PROBE, stop_on_signals
from hookwright.cli.options import EXIT_FAILED
from hookwright.cli.testing import delivering
from hookwright.cli.testing.live import Live, LiveEnvironment, playable
from hookwright.errors import UsageError
from hookwright.harness.reach import is_loopback
from hookwright.harness.sending.clock import RealTime
from hookwright.harness.sending.run import Wishes, run
from hookwright.harness.sending.scene import SharedPort
from hookwright.model.conformance import CheckResult, Conformance
from hookwright.model.examination import Leftover
from hookwright.reconcile.live import check_records
from hookwright.reconcile.probe import cleaning
from hookwright.reconcile.probe.run import require_test

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hookwright.cli.settings import Settings
    from hookwright.cli.testing.reporting import Reporting
    from hookwright.harness.sending.check import Check
    from hookwright.model.resources import Declared, Environment

_BASE: Final = 60.0
"""Seconds that the platform is expected to wait before the first retry: no source says it."""
_TIMEOUT: Final = 60.0
_ALL: Final = 100


def prove(settings: Settings, asked: delivering.Asked, checks: Sequence[Check], reporting: Reporting) -> int:
    """Run the checks in the environment, delete what was made, show how they ended, and give the exit code.

    Raises:
        RefusedError: the environment is none for tests; nothing was written.
        ApiError: its state could not be read; nothing was written.
        UsageError: nobody can be asked.
    """
    declared = delivering.load(settings)
    webhook = delivering.DEFAULT if asked.name is None else delivering.declared_webhook(declared, asked.name)
    environment = declared.environment
    require_test(environment)
    _require_reachable(environment, asked)
    with ExitStack() as stack:
        client = stack.enter_context(connect(declared, observe=lambda _: None))
        check_records(environment, client.list_webhooks())
        _confirm(settings, declared, asked)
        live = Live(
            environment=environment,
            client=client,
            run=delivering.new_mark(settings, asked.wait + 20 * (asked.retry_base or _BASE)),
            public_url=(asked.public_url or "").rstrip("/"),
            events=webhook.events,
            base=asked.retry_base or _BASE,
            timeout=asked.timeout or _TIMEOUT,
            wait=asked.wait,
            say=settings.say,
        )
        stop, begun = threading.Event(), time.perf_counter()
        stack.enter_context(stop_on_signals(stop, settings.say, message=PROBE, code=EXIT_FAILED))
        try:
            wishes = Wishes(webhook, _ALL, stop.is_set, reporting.ended, asked.strict)
            results = asyncio.run(_run(live, asked, checks, wishes))
        finally:
            left = _clean(settings, live)
    found = Conformance("delivery", environment.name, asked.name or "", results, time.perf_counter() - begun)
    return max(reporting.show(found), EXIT_FAILED if stop.is_set() or left else 0)


async def _run(live: Live, asked: delivering.Asked, checks: Sequence[Check], wishes: Wishes) -> tuple[CheckResult, ...]:
    port = SharedPort(RealTime(), asked.host, asked.port)
    try:
        scenarios = {check.scenario for check in checks if playable(check.scenario)}
        reached = replace(live, public_url=live.public_url or port.url)
        return await run(checks, LiveEnvironment(reached, len(scenarios), port), wishes.sharing(port))
    finally:
        await port.close()


def _clean(settings: Settings, live: Live) -> list[Leftover]:
    """Delete all that the run made, whatever happened; what is left is named."""
    known = [Leftover("webhook", key) for key in sorted(live.made)]
    cleaned = cleaning.clean(live.client, lambda run: run == live.run, known, time.sleep)
    for line in leftover_lines(live.environment.name, cleaned.left):
        settings.say(line)
    return cleaned.left


def _require_reachable(environment: Environment, asked: delivering.Asked) -> None:
    """Make sure that the platform can reach the receiver: it does so by itself only on this machine.

    Raises:
        UsageError: it cannot.
    """
    if not asked.public_url and not is_loopback(urlsplit(environment.api_url).hostname or ""):
        raise UsageError(
            "the platform cannot reach a receiver on this machine",
            hint="Open a tunnel to --port of this machine, and name its public address with --public-url.",
        )


def _confirm(settings: Settings, declared: Declared, asked: delivering.Asked) -> None:
    """Ask, unless it was said that nobody shall be asked.

    Raises:
        UsageError: nobody can be asked.
        click.Abort: the answer is no.
    """
    name = declared.environment.name
    ask(settings, f"Make some 30 webhooks in '{name}', for a few minutes, and delete them?", yes=asked.yes)
