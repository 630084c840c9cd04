"""HW501: a silence that silences nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.silence import Silences


def findings(silences: Silences) -> Iterator[Finding]:
    """A finding for each silence that was not needed. The engine calls it when all environments were looked at."""
    for silence, rule in silences.unused():
        first, last = silence.line, silence.last
        where = f"line {first}" if first == last else f"lines {first} to {last}"
        yield RULE.at(silence.span, f"this silences nothing: there is no {rule} on {where}")


RULE = Rule(
    id="HW501",
    name="unused-silence",
    title="A silence silences nothing",
    severity=Severity.WARNING,
    why="What it forgave has been put right or has moved. Left behind, it will forgive the next mistake on that "
    "line without anybody having decided so.",
    failing="""\
webhooks:
  orders:
    # hookwright: ignore HW301 - the receiver has no certificate yet
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Delete the comment.",
)
