"""Time: how long answers take, and how old deliveries are."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from hookwright.harness.checks.bench import Bench, Seen
from hookwright.harness.checks.check import Check, Ended, failed, info
from hookwright.harness.checks.figures import latency_facts, percentile
from hookwright.harness.checks.samples import with_text
from hookwright.harness.checks.wire import Pace
from hookwright.model.conformance import Verdict

_MEASURED: Final = 40
_AT_ONCE: Final = 8
_BLANKS: Final = b"." * 200
_GAP: Final = 0.05
_LONGER: Final = 1.5
_LONGEST_UPLOAD: Final = 10.0
_DAYS: Final = 5


async def _budget(bench: Bench) -> Ended:
    """Measure beside an upload that takes longer than the budget: who serves one at a time is stuck in it."""
    budget = bench.limits.budget
    slow = asyncio.create_task(_trickle(bench, bench.limits.upload or min(budget * _LONGER, _LONGEST_UPLOAD)))
    await asyncio.sleep(_GAP)
    measured: list[Seen] = []
    for _ in range(_MEASURED // _AT_ONCE):
        measured += await bench.together(bench.samples.fresh("measured") for _ in range(_AT_ONCE))
    upload = await slow
    return _judge(measured, upload, budget)


async def _trickle(bench: Bench, seconds: float) -> Seen:
    slow = bench.samples.fresh("a slow upload").bent(with_text(_BLANKS)).signed(bench.key)
    step = math.ceil(len(slow.body) * _GAP / seconds)
    pace = Pace(bench.wire.head_size(slow) + 1, pause=_GAP, step=step, gap=_GAP)
    return await bench.send(slow, pace=pace, patience=seconds + bench.wire.timeout)


def _judge(measured: Sequence[Seen], upload: Seen, budget: float) -> Ended:
    times = sorted(seen.exchange.duration for seen in measured)
    p95 = percentile(times, 95)
    facts = {**latency_facts(times), "budget_ms": budget * 1000}
    unanswered = [seen for seen in measured if not seen.status]
    observed = f"95 of 100 answers came within {p95 * 1000:.0f} ms, beside a slow upload"
    verdict = Verdict.PASSED if p95 <= budget else Verdict.FAILED
    if unanswered:
        verdict, observed = (
            Verdict.FAILED,
            f"{len(unanswered)} of {len(measured)} got no answer: {unanswered[0].answer}",
        )
    elif upload.status >= 500:
        verdict, observed = Verdict.FAILED, f"the slow upload was answered with {upload.answer}"
    return Ended(verdict, observed, facts=facts, latencies=tuple(times))


async def _replay(bench: Bench) -> Ended:
    old = bench.samples.moment(int(-timedelta(days=_DAYS).total_seconds()))
    event = next(iter(bench.samples.connection_events()), bench.samples.event)
    fields = {"createdAt": old} if event != bench.samples.event else {}
    seen = await bench.send(bench.samples.fresh("captured days ago", event, **fields))
    if not 0 < seen.status < 500:
        return failed(f"{seen.answer}, which is sent again and again")
    if not seen.accepted:
        return info(f"rejected with {seen.answer}: a retry after a long outage would be lost too")
    return info(f"taken with {seen.answer}, as was to be expected: nothing that is signed tells a replay from a retry")


CHECKS: Final = (
    Check(
        id="R32",
        title="Answers come in time",
        sent=f"{_MEASURED} deliveries, {_AT_ONCE} at a time, beside an upload that takes longer than the budget.",
        expected="95 of 100 answers come within the budget (--budget).",
        why="A sender that has waited long enough sends again: slow answers become duplicates, and one slow upload "
        "must not hold up the rest.",
        hint="Verify, keep, answer; do the work afterwards, in a queue. Serve more than one connection at a time.",
        judge=_budget,
    ),
    Check(
        id="R37",
        title="A delivery captured days ago",
        sent=f"A validly signed delivery that is {_DAYS} days old.",
        expected="Not 5xx; whether it is taken is only reported: no delivery carries a time for that purpose.",
        why="Without a timestamp in the signature a replay cannot be told from a retry. What is done twice must not "
        "harm.",
        hint="Make effects idempotent, and keep the ids of what was done for as long as a replay would matter.",
        judge=_replay,
    ),
)
