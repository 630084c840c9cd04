"""Many deliveries at once."""

from __future__ import annotations

from typing import Final

from hookwright.harness.checks.bench import Bench
from hookwright.harness.checks.burst import Burst, burst
from hookwright.harness.checks.check import Check, Ended
from hookwright.harness.checks.figures import latency_facts
from hookwright.model.conformance import Verdict

_LONGEST: Final = 60.0


async def _load(bench: Bench) -> Ended:
    limits = bench.limits
    deliveries = bench.samples.series(limits.count)
    before = await bench.settled(bench.effects) if bench.effects else None
    found = await burst(bench.wire, deliveries, limits.concurrency, seconds=_LONGEST)
    bench.keep(found.exchanges)
    done = None
    if bench.effects and before:
        done = (await bench.effects.reached(before.count + limits.count)).count - before.count
    distinct = bench.samples.distinct(bench.samples.event)
    return _judge(found, done if distinct else None, limits.concurrency)


def _judge(found: Burst, done: int | None, concurrency: int) -> Ended:
    rate = found.statuses.total() / found.seconds if found.seconds else 0.0
    taken = found.statuses[200]
    problems = [f"{count} answered with {status}" for status, count in sorted(found.statuses.items()) if status != 200]
    problems += [f"{count} lost ({error})" for error, count in found.errors.items()]
    if found.unanswered > found.errors.total():
        problems.append(f"{found.unanswered - found.errors.total()} not sent within {_LONGEST:g} s")
    if done is not None and done != found.total:
        problems.append(f"{done} effects")
    facts = {
        "deliveries": found.total,
        "concurrency": concurrency,
        "taken": taken,
        "lost": found.total - taken,
        "seconds": round(found.seconds, 3),
        "deliveries_per_second": round(rate, 1),
        **latency_facts(found.latencies),
        "statuses": {str(status): count for status, count in sorted(found.statuses.items())},
    }
    if done is not None:
        facts["effects"] = done
    observed = f"{taken} of {found.total} were answered with 200, {rate:.0f} a second"
    if problems:
        observed += f"; and {', '.join(problems)}"
    verdict = Verdict.FAILED if problems else Verdict.PASSED
    return Ended(verdict, observed, facts=facts, latencies=tuple(found.latencies))


CHECKS: Final = (
    Check(
        id="R39",
        title="A burst is taken without loss",
        sent="Many deliveries (--count), several at once (--concurrency), each of its own, over kept-alive "
        "connections.",
        expected="Each is answered with 200 and has its effect; throughput and percentiles are reported.",
        why="Workflows end in bursts. What is refused or lost under load is retried into the same load.",
        hint="Answer before the work is done, and bound what is worked on at once, not what is taken.",
        judge=_load,
    ),
)
