"""One probe as a command runs it: asked for, interruptible, recorded."""

from __future__ import annotations

import os
import secrets
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from hookwright.cli.doctoring.environment import connect
from hookwright.cli.interrupts import PROBE, stop_on_signals
from hookwright.cli.options import EXIT_FAILED
from hookwright.errors import LocalError, UsageError
from hookwright.model.examination import Check, CheckStatus, Leftover, Probed
from hookwright.reconcile.probe.deliveries import Patience
from hookwright.reconcile.probe.marks import Run
from hookwright.reconcile.probe.run import Probe, Wishes, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from hookwright.api.exchange import Exchange
    from hookwright.api.probing import ProbeClient
    from hookwright.cli.doctoring.receiving import Place
    from hookwright.cli.settings import Settings
    from hookwright.model.resources import Declared

_LONGEST: Final = timedelta(minutes=10)
"""How long a run may take, beside waiting for deliveries."""
_NOTE: Final = """\
Recorded by 'hookwright doctor --probe' and scrubbed: ids, header values, hosts, and every text that the probe did not
send itself are placeholders."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for.

    Attributes:
        yes: do not ask.
        sweep: only delete what probes have left behind.
        place: where to receive deliveries, or None.
        wait: seconds to wait for deliveries.
        count: webhooks to look for a page limit with.
        record: file to record into, or None.
    """

    yes: bool = False
    sweep: bool = False
    place: Place | None = None
    wait: float = 300.0
    count: int = 21
    record: Path | None = None


def confirm(settings: Settings, declared: Declared, asked: Asked) -> None:
    """Ask, unless it was said that nobody shall be asked.

    Raises:
        UsageError: nobody can be asked.
        click.Abort: the answer is no.
    """
    name = declared.environment.name
    if asked.sweep:
        question = f"Delete all that probes have left behind in '{name}'?"
    else:
        enabled = ", some of them enabled and pointing at your receiver" if asked.place else ""
        question = (
            f"Make some {asked.count + 20} disabled webhooks{enabled} and a custom event in '{name}', and delete them?"
        )
    ask(settings, question, yes=asked.yes)


def ask(settings: Settings, question: str, *, yes: bool) -> None:
    """Ask a question that must be answered with yes, unless it was (``yes``).

    Raises:
        UsageError: nobody can be asked.
        click.Abort: the answer is no.
    """
    if yes:
        return
    if not settings.interactive:
        raise UsageError("nobody can be asked here", hint="Pass --yes to go on without asking.")
    click.confirm(question, abort=True, err=True)


def probe(settings: Settings, declared: Declared, asked: Asked) -> tuple[Probed, Check | None]:
    """Probe the environment, or sweep it; gives how that ended, and how the recording did where one was asked for.

    Raises:
        RefusedError: the environment is none for tests.
        ApiError: its state could not be read; nothing was written.
    """
    exchanges: list[Exchange] = []
    environment, stop, now = declared.environment, threading.Event(), settings.now()
    longest = _LONGEST + timedelta(seconds=asked.wait if asked.place else 0)
    run = Run(now + longest, secrets.token_hex(4))
    wishes = Wishes(run, time.sleep, stop, now, webhooks=asked.count, progress=_progress(settings))
    with ExitStack() as stack:
        client = stack.enter_context(connect(declared, observe=exchanges.append))
        stack.enter_context(stop_on_signals(stop, settings.say, message=PROBE, code=EXIT_FAILED))
        if asked.sweep:
            return sweep(client, environment, wishes), None
        if asked.place:
            wishes = _receiving(stack, settings, declared, asked, asked.place, wishes, client)
        probed = _run(settings, Probe(client, environment, wishes))
    return probed, _record(asked.record, exchanges, declared) if asked.record else None


def _receiving(
    stack: ExitStack,
    settings: Settings,
    declared: Declared,
    asked: Asked,
    place: Place,
    wishes: Wishes,
    client: ProbeClient,
) -> Wishes:
    """The wishes with a receiver that runs as long as ``stack``."""
    from hookwright.cli.doctoring.receiving import receive

    post = receive(place, declared.environment, wishes.run, client, settings.say, asked.wait)
    patience = Patience(asked.wait, time.monotonic, wishes.pause)
    return replace(wishes, post=stack.enter_context(post), patience=patience)


def _run(settings: Settings, probe: Probe) -> Probed:
    try:
        return probe.run()
    except BaseException:
        # No report will say it: whatever came through, what is left on the platform must be known.
        for line in leftover_lines(probe.environment.name, probe.cleaned.left if probe.cleaned else ()):
            settings.say(line)
        raise


def leftover_lines(environment: str, left: Sequence[Leftover]) -> list[str]:
    """What is left on the platform, and the command that deletes it; nothing where nothing is."""
    if not left:
        return []
    named = ", ".join(f"{thing.kind} {thing.id}" for thing in left)
    return [f"left behind: {named}", f"'hookwright doctor --sweep -e {environment}' deletes them."]


def _progress(settings: Settings) -> Callable[[Check], None]:
    def tell(check: Check) -> None:
        if settings.interactive or settings.verbose:
            settings.say(f"{check.id}: {check.status}")

    return tell


def _record(file: Path, exchanges: Sequence[Exchange], declared: Declared) -> Check:
    """Write the cassette, readable by its owner only; what goes wrong is a check that failed, the probe is over."""
    from hookwright.api.cassette import cassette
    from hookwright.api.scrubbing import Scrubbing

    key = declared.environment.api_key or ""
    try:
        text = cassette(
            Scrubbing({key, *declared.secret_values}).scrub(exchanges), _NOTE, {key, *declared.secret_values}
        )
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(text)
    except LocalError as error:
        return Check("D20", "Recording", CheckStatus.FAILED, error.message, error.hint)
    except OSError as error:
        return Check("D20", "Recording", CheckStatus.FAILED, f"{file} cannot be written: {error.strerror}")
    return Check("D20", "Recording", CheckStatus.OK, f"{len(exchanges)} exchanges in {file}, scrubbed")
