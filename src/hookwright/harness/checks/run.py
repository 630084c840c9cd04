"""A run of checks against one receiver."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from hookwright.errors import LocalError
from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.check import Check, Ended, failed, skipped
from hookwright.harness.checks.wire import closed, reason
from hookwright.harness.stopping import until_stopped
from hookwright.model.conformance import INTERRUPTED, CheckResult, Verdict

NEEDS_EFFECTS = "a status does not show what was done: it needs the probe that --effects names"
_LOST = "the receiver no longer takes connections, since {id}"
_UNSAFE = "nothing is sent without TLS that holds: {problem}"

Done = Callable[[CheckResult], None]


async def run_checks(
    checks: Sequence[Check],
    bench: Bench,
    *,
    strict: bool = False,
    done: Done | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> list[CheckResult]:
    """Run checks one after the other. Where the run is stopped, the rest is skipped.

    Args:
        checks: the checks.
        bench: what they work with.
        strict: whether what is only reported counts as failed.
        done: told how each ended.
        stop: whether the run is to end.

    Returns:
        How each ended, in order of id.

    Raises:
        LocalError: there is nothing at the receiver's address, or the probe of effects does not work.
    """
    await _find(bench)
    unsafe = await _unsafe(bench)
    if unsafe and all(check.sends for check in checks):
        raise LocalError(_UNSAFE.format(problem=unsafe), hint="R36 looks at the certificate.")
    if bench.effects is not None:
        await bench.count(bench.effects)
    results: list[CheckResult] = []
    lost = ""
    for check in sorted(checks, key=lambda check: (check.last, check.id)):
        hindered = _UNSAFE.format(problem=unsafe) if unsafe and check.sends else lost
        result = await _run(check, bench, stop, strict=strict, hindered=hindered)
        results.append(result)
        if done:
            done(result)
        if not lost and not stop() and result.verdict is Verdict.FAILED and await _unreachable(bench):
            lost = _LOST.format(id=check.id)
    return sorted(results, key=lambda result: result.id)


async def _find(bench: Bench) -> None:
    problem = await _unreachable(bench)
    if problem:
        endpoint = bench.wire.endpoint
        raise LocalError(
            f"there is no receiver at {endpoint.authority.decode('ascii')}: {problem}",
            hint="Start it first, and give the URL that it listens on.",
        )


async def _unreachable(bench: Bench) -> str:
    """Why no connection can be made; an empty string where one can. TLS is not asked for: that is a check."""
    for address in bench.wire.endpoint.addresses:
        try:
            async with asyncio.timeout(bench.wire.timeout):
                _, writer = await asyncio.open_connection(address, bench.wire.endpoint.port)
        except (OSError, TimeoutError) as error:
            problem = reason(error, bench.wire.timeout)
            continue
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return ""
    return problem


async def _unsafe(bench: Bench) -> str:
    """Why no TLS connection can be made as deliveries need it; an empty string where one can, or none is needed."""
    if not bench.wire.endpoint.tls:
        return ""
    try:
        transport = await bench.wire.connect(asyncio.Protocol())
    except (OSError, TimeoutError) as error:
        return reason(error, bench.wire.timeout)
    await closed(transport)
    return ""


async def _run(check: Check, bench: Bench, stop: Callable[[], bool], *, strict: bool, hindered: str) -> CheckResult:
    bench.begin()
    begun = time.perf_counter()
    if stop():
        ended = skipped(INTERRUPTED)
    elif hindered:
        ended = skipped(hindered)
    elif check.effects and bench.effects is None:
        ended = skipped(NEEDS_EFFECTS)
    else:
        try:
            ended = await _judged(check, bench, stop)
        except LocalError as error:  # The probe of effects fails of a sudden.
            ended = failed(error.message, error.hint)
    return _result(check, _strictly(ended) if strict else ended, bench, time.perf_counter() - begun)


async def _judged(check: Check, bench: Bench, stop: Callable[[], bool]) -> Ended:
    """What a check says, unless the run is stopped before it does."""
    judging = asyncio.ensure_future(check.judge(bench))
    await until_stopped((judging,), stop)
    return skipped(INTERRUPTED) if judging.cancelled() else judging.result()


def _strictly(ended: Ended) -> Ended:
    return replace(ended, verdict=Verdict.FAILED) if ended.verdict is Verdict.INFO else ended


def _result(check: Check, ended: Ended, bench: Bench, duration: float) -> CheckResult:
    return CheckResult(
        id=check.id,
        title=check.title,
        verdict=ended.verdict,
        expected=check.expected,
        observed=ended.observed,
        why=check.why,
        hint=(ended.hint or check.hint) if ended.verdict is Verdict.FAILED else ended.hint,
        duration=duration,
        exchanges=bench.evidence,
        facts=ended.facts,
        latencies=ended.latencies,
    )
