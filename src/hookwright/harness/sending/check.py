"""The shape of a check of a sender: a scenario that is played, and a judge of what came over the wire."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from hookwright.harness.sending.platform import Ability
from hookwright.harness.sending.scene import Scene
from hookwright.model.conformance import Verdict
from hookwright.model.source import Json


@dataclass(frozen=True, slots=True)
class Finding:
    """What a judge found.

    Attributes:
        verdict: the verdict.
        observed: what was seen, one sentence; for a skipped check the reason.
        facts: figures that it reports.
        about_sender: whether it is about what the sender did; else the check could not be made.
    """

    verdict: Verdict
    observed: str
    facts: Mapping[str, Json] = field(default_factory=dict)
    about_sender: bool = True


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is made to happen. Checks that look at the same thing share one.

    Attributes:
        name: its name: ``[a-z0-9-]``.
        play: makes it happen.
        needs: what the sender must be able to do for it.
        uses: what it does beside where the sender can.
    """

    name: str
    play: Callable[[Scene], Awaitable[None]]
    needs: frozenset[Ability] = frozenset()
    uses: frozenset[Ability] = frozenset()


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a sender.

    Attributes:
        id: ``S01`` … ``S22``.
        title: what is checked; one line.
        does: what the receiver does.
        expected: what a right sender does; one sentence.
        why: why it matters.
        hint: what to do about a failure.
        scenario: what is made to happen.
        judge: looks at what came of it.
    """

    id: str
    title: str
    does: str
    expected: str
    why: str
    hint: str
    scenario: Scenario
    judge: Callable[[Scene], Finding]


def judged(problems: Sequence[str], seen: str, facts: Mapping[str, Json] | None = None) -> Finding:
    """Failed, saying every problem, where there is any; passed with what was seen otherwise."""
    if problems:
        return Finding(Verdict.FAILED, "; ".join(problems), facts or {})
    return Finding(Verdict.PASSED, seen, facts or {})


def skipped(reason: str) -> Finding:
    """Not checked."""
    return Finding(Verdict.SKIPPED, reason)


def not_made(reason: str) -> Finding:
    """Failed, as the check could not be made."""
    return Finding(Verdict.FAILED, reason, about_sender=False)


def times(count: int, thing: str = "request") -> str:
    """``1 request``, ``2 requests``."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
