"""One run of the checks of a sender, from its options to its report."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hookwright.cli.interrupts import stop_on_signals
from hookwright.cli.options import EXIT_FAILED
from hookwright.errors import UsageError
from hookwright.harness.sending.registry import CHECKS
from hookwright.harness.sending.run import Wishes, run
from hookwright.model.conformance import CheckResult, Conformance
from hookwright.model.resources import Webhook
from hookwright.reconcile.probe.marks import Run

if TYPE_CHECKING:
    from hookwright.cli.settings import Settings
    from hookwright.harness.sending.check import Check
    from hookwright.harness.sending.run import Progress

DEFAULT: Final = Webhook("http://127.0.0.1/", ("Workflow Errored", "Connection Created"))
"""What the checks' webhooks are made from where none is named."""
_LIMIT: Final = 60.0
_AT_ONCE: Final = 4


def deliver(
    settings: Settings,
    name: str | None,
    *,
    only: str | None,
    skip: str | None,
    strict: bool,
    retry_base: float | None,
    timeout: float | None,
    key_env: str | None,
) -> int:
    """Run the checks, show how they ended, and give the exit code."""
    from hookwright.cli.keys import variable_key
    from hookwright.cli.testing.senders import OwnEmulator

    checks = chosen(CHECKS, only, skip)
    webhook = subject(settings, name)
    mark = Run(settings.now() + timedelta(minutes=10), secrets.token_hex(4))
    key = variable_key(settings, key_env).value if key_env else None
    opener = OwnEmulator(mark, retry_base or 10.0, timeout or 10.0, key)
    stop = threading.Event()
    wishes = Wishes(webhook, _AT_ONCE, stop.is_set, _progress(settings), strict, _LIMIT)
    begun = time.perf_counter()
    with stop_on_signals(stop, settings.say, message="the checks under way are ended.", code=EXIT_FAILED):
        results = asyncio.run(run(checks, opener, wishes))
    found = Conformance("delivery", "emulator", name or "", results, time.perf_counter() - begun)
    return show(settings, found, interrupted=stop.is_set())


def chosen(checks: Sequence[Check], only: str | None, skip: str | None) -> list[Check]:
    """The checks that are asked for.

    Raises:
        UsageError: there is no such check, or none is left.
    """
    wanted, left_out = _ids(checks, "--only", only), _ids(checks, "--skip", skip)
    found = [check for check in checks if (only is None or check.id in wanted) and check.id not in left_out]
    if not found:
        raise UsageError("no check is left", hint="--only names the checks to run, --skip those to leave out.")
    return found


def _ids(checks: Sequence[Check], option: str, text: str | None) -> set[str]:
    ids = {part.strip().upper() for part in (text or "").split(",") if part.strip()}
    unknown = sorted(ids - {check.id for check in checks})
    if unknown:
        raise UsageError(
            f"{option}: there is no check {unknown[0]}", hint=f"There are {checks[0].id} to {checks[-1].id}."
        )
    return ids


def subject(settings: Settings, name: str | None) -> Webhook:
    """What the checks' webhooks are made from: the declared webhook without its secrets, or a usual one.

    What narrows down whose events are delivered is left out: any event is to reach it.

    Raises:
        UsageError: there is no such webhook.
    """
    if name is None:
        return DEFAULT
    from hookwright.cli.samples import choose
    from hookwright.cli.unset import load_marked
    from hookwright.harness.masking import without_secrets
    from hookwright.reconcile.mask import safe_url, secret_name

    declared, _ = next(choose(load_marked(settings), name, None))
    webhook, _ = without_secrets(declared, secret_name, safe_url)
    return replace(webhook, slug="", workflows=(), group="")


def show(settings: Settings, found: Conformance, *, interrupted: bool) -> int:
    """Show how the checks ended; gives the exit code."""
    from hookwright.report import conformance_json, conformance_text

    if settings.format == "json":
        settings.emit(conformance_json.to_json(found))
    else:
        settings.emit("\n" + conformance_text.to_text(found, color=settings.color, verbose=settings.verbose))
    return EXIT_FAILED if found.failed or interrupted else 0


def _progress(settings: Settings) -> Progress:
    """Tells people of each check as it ends."""

    def tell(check: CheckResult) -> None:
        from hookwright.report import conformance_text

        if settings.format == "text" and not settings.quiet:
            settings.emit(conformance_text.line(check, color=settings.color))

    return tell
