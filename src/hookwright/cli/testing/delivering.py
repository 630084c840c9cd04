"""One run of the checks of a sender, from its options to its report."""

from __future__ import annotations

import asyncio
import secrets
import socket
import threading
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from hookwright.cli.interrupts import stop_on_signals
from hookwright.cli.options import EXIT_FAILED
from hookwright.cli.testing.platforms import RunningEmulator
from hookwright.cli.testing.reporting import Reporting
from hookwright.errors import LocalError, UsageError
from hookwright.harness import choosing
from hookwright.harness.sending.registry import CHECKS
from hookwright.harness.sending.run import Opener, Wishes, run
from hookwright.model.conformance import Conformance
from hookwright.model.resources import Webhook
from hookwright.reconcile.probe.marks import Run

if TYPE_CHECKING:
    from pathlib import Path

    from hookwright.cli.settings import Settings
    from hookwright.model.resources import Declared

DEFAULT: Final = Webhook("http://127.0.0.1/", ("Workflow Errored", "Connection Created"))
"""What the checks' webhooks are made from where none is named."""
LONGEST: Final = timedelta(minutes=10)
"""How long a run may take, beside waiting for deliveries."""

_LIMIT: Final = 60.0
"""Seconds of real time for a scenario on virtual time."""
_SHORTEST: Final = 1.0
_CONNECT: Final = 5.0
"""Seconds to wait for a connection to a sender that somebody else runs."""
_AT_ONCE: Final = 4
_ALL: Final = 100


@dataclass(frozen=True, slots=True)
class Asked:
    """What the options ask for.

    Attributes:
        name: name of the webhook, or None.
        only: ids of the only checks to run, as given; empty for all.
        skip: ids of checks to leave out, as given.
        strict: whether an info counts as a failure.
        retry_base: seconds expected before the first retry, or None.
        timeout: seconds that an attempt is expected to get, or None.
        key_env: the process variable with the key to sign with, or None.
        emulator_url: the running emulator to check, or None.
        live: whether a real environment is to be checked.
        public_url: base URL under which it reaches the receiver, or None.
        host: where to listen for it.
        port: likewise.
        wait: seconds to wait for an event.
        yes: do not ask.
        report_files: files to write reports to.
    """

    name: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    strict: bool = False
    retry_base: float | None = None
    timeout: float | None = None
    key_env: str | None = None
    emulator_url: str | None = None
    live: bool = False
    public_url: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    wait: float = 300.0
    yes: bool = False
    report_files: tuple[Path, ...] = ()


def deliver(settings: Settings, asked: Asked) -> int:
    """Run the checks, show how they ended, and give the exit code."""
    asked = checked(asked)
    reporting = Reporting(settings, asked.report_files)
    checks = choosing.choose(CHECKS, asked.only, asked.skip)
    if asked.live:
        from hookwright.cli.testing.proving import prove

        return prove(settings, asked, checks, reporting)
    webhook = DEFAULT if asked.name is None else declared_webhook(load(settings), asked.name)
    opener, at_once, limit = _opener(settings, asked)
    stop = threading.Event()
    wishes = Wishes(webhook, at_once, stop.is_set, reporting.ended, asked.strict, limit)
    begun = time.perf_counter()
    with stop_on_signals(stop, settings.say, message="the checks under way are ended.", code=EXIT_FAILED):
        results = asyncio.run(run(checks, opener, wishes))
    target = asked.emulator_url or "emulator"
    found = Conformance("delivery", target, asked.name or "", results, time.perf_counter() - begun)
    return max(reporting.show(found), EXIT_FAILED if stop.is_set() else 0)


def checked(asked: Asked) -> Asked:
    """What the options ask for, with URLs that make sense.

    Raises:
        UsageError: one does not, or options exclude or need each other.
    """
    from hookwright.cli.targets import read_destination
    from hookwright.harness.reach import is_loopback, read_target

    if asked.live and asked.emulator_url:
        raise UsageError("--live and --emulator-url exclude each other")
    if asked.public_url and not asked.live:
        raise UsageError("--public-url is for --live")
    if asked.port and not asked.live:
        raise UsageError("--port is for --live")
    if asked.key_env and (asked.live or asked.emulator_url):
        raise UsageError("--key-env is for the emulator that this command runs itself")
    sender = read_destination(asked.emulator_url) if asked.emulator_url else None
    public = read_target(asked.public_url) if asked.public_url else None
    for name, target in (("--emulator-url", sender), ("--public-url", public)):
        if target and set("?#") & set(target.url):
            raise UsageError(f"{name} holds more than an address and a path")
    if sender and not is_loopback(sender.host):
        raise UsageError(
            "--emulator-url is not of this machine", hint="A real environment is checked with --live and -e."
        )
    return replace(asked, emulator_url=sender.url.rstrip("/") if sender else None)


def _opener(settings: Settings, asked: Asked) -> tuple[Opener, int, float | None]:
    """What makes the sender ready, how many scenarios run at once, and the seconds that each may take."""
    mark = new_mark(settings, 0)
    if asked.emulator_url:
        url = asked.emulator_url
        _find(url)
        return RunningEmulator(url, mark, asked.retry_base or 1.0, asked.timeout or 10.0), _ALL, None
    from hookwright.cli.keys import variable_key
    from hookwright.cli.testing.emulated import VIRTUAL, OwnEmulator

    base, timeout = asked.retry_base or VIRTUAL, asked.timeout or VIRTUAL
    if min(base, timeout) < _SHORTEST:
        hint = "Less would be lost among the milliseconds of real time; waiting costs nothing here."
        raise UsageError("--retry-base and --timeout are at least 1 on virtual time", hint=hint)
    key = variable_key(settings, asked.key_env).value if asked.key_env else None
    return OwnEmulator(mark, base, timeout, key), _AT_ONCE, _LIMIT


def _find(url: str) -> None:
    """Look for a sender, so that not every check fails for want of one.

    Raises:
        LocalError: nobody listens there.
    """
    from hookwright.harness.http import explain
    from hookwright.harness.reach import read_target

    target = read_target(url)
    try:
        socket.create_connection((target.host, target.port), _CONNECT).close()
    except OSError as error:
        hint = "Start it first ('hookwright emulator' is one), and give the URL that it listens on."
        problem = f"there is no sender at {target.host}:{target.port}: {explain(error, _CONNECT)}"
        raise LocalError(problem, hint=hint) from error


def new_mark(settings: Settings, wait: float) -> Run:
    """The mark of a run that begins now and waits so many seconds for deliveries."""
    return Run(settings.now() + LONGEST + timedelta(seconds=wait), secrets.token_hex(4))


def load(settings: Settings) -> Declared:
    """What the project declares for the environment; unset process variables do no harm."""
    from hookwright.cli.unset import load_marked

    return load_marked(settings)


def declared_webhook(declared: Declared, name: str) -> Webhook:
    """What the checks' webhooks are made from: the declared webhook without its secrets.

    What narrows down whose events are delivered is left out: any event is to reach it.

    Raises:
        UsageError: there is no such webhook.
    """
    from hookwright.cli.samples import choose
    from hookwright.harness.masking import without_secrets
    from hookwright.reconcile.mask import safe_url, secret_name

    found, _ = next(choose(declared, name, None))
    webhook, _ = without_secrets(found, secret_name, safe_url)
    return replace(webhook, slug="", workflows=(), group="")
