"""What a check is: its page, and the code that makes the exchanges and judges them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from hookwright.model.conformance import Verdict
from hookwright.model.source import Json

if TYPE_CHECKING:
    from hookwright.harness.checks.bench import Bench

Judge = Callable[["Bench"], Awaitable["Ended"]]


@dataclass(frozen=True, slots=True)
class Check:
    """One check of a receiver. The page ``docs/receiver-checks.md`` is made from these.

    Attributes:
        id: ``R`` and two digits.
        title: what is checked, in one line.
        sent: what is sent or done.
        expected: what a right receiver does.
        why: what happens to somebody whose receiver does not.
        hint: what to do about a failure.
        judge: makes the exchanges and judges them.
        effects: whether it can be judged by a counter of effects only.
        sends: whether it sends deliveries; without TLS that holds none are sent, and only the others run.
        last: whether it runs after all others, as it judges what they saw.
    """

    id: str
    title: str
    sent: str
    expected: str
    why: str
    hint: str
    judge: Judge = field(repr=False)
    effects: bool = False
    sends: bool = True
    last: bool = False


@dataclass(frozen=True, slots=True)
class Ended:
    """How a check ended, before it becomes a result.

    Attributes:
        verdict: the verdict.
        observed: what was seen, or why the check was skipped.
        hint: what to do about it, where the check's own hint does not fit.
        facts: figures.
        latencies: seconds of each answer.
    """

    verdict: Verdict
    observed: str
    hint: str = ""
    facts: Mapping[str, Json] = field(default_factory=dict)
    latencies: tuple[float, ...] = ()


def passed(observed: str) -> Ended:
    """The receiver did what it should."""
    return Ended(Verdict.PASSED, observed)


def failed(observed: str, hint: str = "") -> Ended:
    """It did not."""
    return Ended(Verdict.FAILED, observed, hint)


def info(observed: str) -> Ended:
    """What it did is for a reader to judge."""
    return Ended(Verdict.INFO, observed)


def skipped(reason: str) -> Ended:
    """Nothing was judged."""
    return Ended(Verdict.SKIPPED, reason)
