"""The outcome of an apply → text for a terminal."""

from __future__ import annotations

from typing import Final

from hookwright.model.plan import Outcome, Step, StepStatus
from hookwright.report.style import Painter, one_line, painter

_STYLES: Final = {
    StepStatus.APPLIED: ("✓", "green"),
    StepStatus.FAILED: ("✗", "red"),
    StepStatus.WITHHELD: ("·", "yellow"),
    StepStatus.UNKNOWN: ("?", "red"),
}


def step_line(step: Step, *, color: bool = False) -> str:
    """One step as it ends."""
    return _line(step, painter(color))


def to_text(outcome: Outcome, *, color: bool = False, named: bool = False) -> str:
    """What did not end well, and one line of sums; with the environment's name above where it is one of several."""
    paint = painter(color)
    heading = [paint(outcome.environment, "bold")] if named else []
    lines = [_line(step, paint) for step in outcome.steps if step.status is not StepStatus.APPLIED]
    lines += [f"{paint('note', 'yellow')}: {one_line(note)}" for note in outcome.notes]
    counts = [f"{outcome.count(status)} {status}" for status in StepStatus if outcome.count(status)]
    sums = ", ".join(counts) or "nothing to do"
    if outcome.converged:
        verdict = paint("Applied:", "green", "bold")
        tail = "the live state is what is declared."
    elif outcome.landed:
        verdict = paint("Stopped partway:", "red", "bold")
        tail = "plan and apply again to complete it."
    else:
        verdict = paint("Failed:", "red", "bold")
        tail = "nothing was changed."
    return "\n".join([*heading, *lines, f"{verdict} {sums}; {tail}"])


def _line(step: Step, paint: Painter) -> str:
    sign, style = _STYLES[step.status]
    reason = f": {one_line(step.error)}" if step.error else ""
    what = f"{step.action} {step.kind} {one_line(step.name)}"
    return f"{paint(sign, style)} {what} {paint(str(step.status), style)}{reason}"
