"""Receivers of the tests put to the proof in the test's own event loop, with short waits."""

from __future__ import annotations

import secrets
import ssl
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hookwright.harness import choosing
from hookwright.harness.checks import effects
from hookwright.harness.checks.admission import admit
from hookwright.harness.checks.bench import Bench, Limits
from hookwright.harness.checks.registry import catalogue
from hookwright.harness.checks.run import run_checks
from hookwright.harness.checks.samples import Samples
from hookwright.harness.checks.wire import Wire
from hookwright.harness.sending.certificates import FOLDER
from hookwright.model.conformance import CheckResult, Verdict
from hookwright.model.delivery import Key
from hookwright.model.resources import PLATFORM_EVENTS, Webhook
from hookwright.validate.contracts import sample
from tests.mutants.receivers import KEY, OLD_KEY, OTHER_KEY, Receiver, serving

LIMITS = Limits(budget=2.0, upload=0.2, count=100, concurrency=25)
"""A budget that a loaded machine keeps; who serves one at a time is given less."""
IMPATIENT = replace(LIMITS, budget=0.25, upload=0.75)


def server_context(certificate: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(FOLDER / f"{certificate}.pem")
    return context


@asynccontextmanager
async def bench(
    receiver: Receiver,
    *,
    certificate: str = "",
    webhook: Webhook | None = None,
    probe: bool = True,
    limits: Limits = LIMITS,
    **wire: Any,
) -> AsyncIterator[Bench]:
    """All that checks of the receiver need; it listens for as long."""
    async with serving(receiver, tls=server_context(certificate) if certificate else None) as url:
        given = replace(webhook or Webhook("", PLATFORM_EVENTS), url=f"{url}/hook")
        samples = Samples(given, given, sample, KEY, secrets.token_hex(8), datetime.now(UTC))
        options = {"timeout": 6.0, "user_agent": "hookwright-tests", "trust": True} | wire
        counter = effects.Effects(effects.url(Wire(admit(f"{url}/effects"), **options)), quiet=0.02, patience=0.4)
        keys = [Key("test", KEY), Key("the one before", OLD_KEY)]
        yield Bench(
            Wire(admit(given.url), **options),
            samples,
            keys,
            [Key("production", OTHER_KEY)],
            counter if probe else None,
            limits,
        )


async def prove(
    receiver: Receiver, *, only: Iterable[str] = (), strict: bool = False, **given: Any
) -> dict[str, CheckResult]:
    """How the checks ended, by id; arguments as for :func:`bench`."""
    async with bench(receiver, **given) as made:
        checks = choosing.choose(catalogue().values(), only)
        return {result.id: result for result in await run_checks(checks, made, strict=strict)}


def failed(results: dict[str, CheckResult]) -> set[str]:
    """The ids of those that failed."""
    return {name for name, result in results.items() if result.verdict is Verdict.FAILED}


def told(results: dict[str, CheckResult], ids: Sequence[str] | set[str]) -> str:
    """What was seen in these checks, for messages of tests."""
    return "\n".join(f"{name}: {results[name].observed}" for name in sorted(ids) if name in results)
