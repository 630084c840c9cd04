"""Records of applies → text for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from hookwright.model.history import Record
from hookwright.model.plan import Outcome, StepStatus
from hookwright.model.serial import timestamp
from hookwright.report import outcome_text, plan_text
from hookwright.report.style import one_line, painter

_SHORT = 12
"""Characters of a commit that are shown."""


def list_to_text(records: Sequence[Record], *, color: bool = False) -> str:
    """A line for each apply, of one at least: its id, where, who, the commit, and how it ended."""
    paint = painter(color)
    rows = [
        (
            one_line(record.id),
            one_line(record.plan.environment),
            one_line(record.who or "-"),
            one_line((record.plan.git_commit or "-")[:_SHORT]),
        )
        for record in records
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    lines = []
    for row, record in zip(rows, records, strict=True):
        cells = [f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)]
        word, style = _verdict(record.outcome)
        counts = [f"{record.outcome.count(status)} {status}" for status in StepStatus if record.outcome.count(status)]
        lines.append(f"{'  '.join(cells)}  {paint(word, style)}: {', '.join(counts)}")
    return "\n".join(lines)


def to_text(record: Record, *, color: bool = False) -> str:
    """All of one apply: who ran it when, the plan as it was, every step, and how it ended."""
    paint = painter(color)
    plan, outcome = record.plan, record.outcome
    facts = [("applied at", timestamp(record.at)), ("by", record.who or "-"), ("commit", plan.git_commit or "-")]
    lines = [paint(one_line(record.id), "bold")]
    lines += [f"{name:<10}  {one_line(value)}" for name, value in facts]
    steps = [outcome_text.step_line(step, color=color) for step in outcome.steps if step.status is StepStatus.APPLIED]
    return "\n".join(
        [*lines, "", plan_text.to_text(plan, color=color), "", *steps, outcome_text.to_text(outcome, color=color)]
    )


def _verdict(outcome: Outcome) -> tuple[str, str]:
    if outcome.converged:
        return "applied", "green"
    return ("stopped partway", "red") if outcome.landed else ("failed", "red")
