"""One run of the checks of a sender."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

from hookwright.errors import HookwrightError
from hookwright.harness.sending.check import Check, Finding, Scenario, not_made, skipped
from hookwright.harness.sending.platform import Ability, NothingHappenedError, Sending
from hookwright.harness.sending.scene import Scene, SharedPort
from hookwright.harness.stopping import until_stopped
from hookwright.model.conformance import INTERRUPTED, CheckResult, Exchange, Verdict
from hookwright.model.resources import Webhook

Opener = Callable[[Scenario], AbstractAsyncContextManager[Sending]]
"""Makes the platform for a scenario ready."""
Progress = Callable[[CheckResult], None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a run is to be done.

    Attributes:
        webhook: what the checks' webhooks are made from.
        at_once: scenarios at once.
        stop: whether the run is to end.
        progress: told of each check as it ends.
        strict: whether an info counts as a failure.
        limit: seconds of real time that a scenario may take; None for any.
        shared: the one port that the platform reaches, or None.
    """

    webhook: Webhook
    at_once: int
    stop: Callable[[], bool]
    progress: Progress
    strict: bool = False
    limit: float | None = None
    shared: SharedPort | None = None

    def sharing(self, shared: SharedPort) -> Wishes:
        """The same with one port for all."""
        return replace(self, shared=shared)


async def run(checks: Sequence[Check], opener: Opener, wishes: Wishes) -> tuple[CheckResult, ...]:
    """Play every scenario once, and let the checks judge; gives how each ended, in their order.

    A check whose scenario cannot be played fails, saying why. Where the run is stopped, the rest is skipped.
    """
    places = asyncio.Semaphore(wishes.at_once)
    scenarios = list(dict.fromkeys(check.scenario for check in checks))

    async def play(scenario: Scenario) -> list[CheckResult]:
        async with places:
            results = await _play(scenario, [check for check in checks if check.scenario is scenario], opener, wishes)
        for result in results:
            wishes.progress(result)
        return results

    tasks = {scenario: asyncio.create_task(play(scenario)) for scenario in scenarios}
    await until_stopped(tasks.values(), wishes.stop)
    found: dict[str, CheckResult] = {}
    for scenario, task in tasks.items():
        if task.cancelled():
            ended = [_result(check, skipped(INTERRUPTED)) for check in checks if check.scenario is scenario]
        else:
            ended = task.result()
        found.update((result.id, result) for result in ended)
    return tuple(found[check.id] for check in checks)


async def _play(scenario: Scenario, checks: Sequence[Check], opener: Opener, wishes: Wishes) -> list[CheckResult]:
    begun = time.perf_counter()
    findings: list[Finding]
    exchanges: tuple[Exchange, ...] = ()
    try:
        async with asyncio.timeout(wishes.limit), opener(scenario) as sending:
            missing = [ability for ability in Ability if ability in scenario.needs and ability in sending.lacks]
            if missing:
                return [_result(check, skipped(sending.lacks[missing[0]])) for check in checks]
            scene = Scene(scenario.name, sending, wishes.webhook, wishes.shared)
            try:
                await scenario.play(scene)
                findings = [check.judge(scene) for check in checks]
            finally:
                exchanges = tuple(scene.exchanges())
                await scene.close()
    except NothingHappenedError as error:
        findings = [not_made(error.message)] * len(checks)
    except HookwrightError as error:
        findings = [not_made(f"could not be checked: {error.message}")] * len(checks)
    except TimeoutError:
        findings = [not_made(f"did not end within {wishes.limit:g} s")] * len(checks)
    took = time.perf_counter() - begun
    return [
        _result(check, finding, exchanges=exchanges, duration=took, strict=wishes.strict)
        for check, finding in zip(checks, findings, strict=True)
    ]


def _result(
    check: Check,
    finding: Finding,
    *,
    exchanges: tuple[Exchange, ...] = (),
    duration: float = 0.0,
    strict: bool = False,
) -> CheckResult:
    verdict = finding.verdict
    if strict and verdict is Verdict.INFO:
        verdict = Verdict.FAILED
    return CheckResult(
        id=check.id,
        title=check.title,
        verdict=verdict,
        expected=check.expected,
        observed=finding.observed,
        why=check.why,
        hint=check.hint if verdict is Verdict.FAILED and finding.about_sender else "",
        duration=duration,
        exchanges=exchanges,
        facts=finding.facts,
    )
