"""HW004: A key stands in one mapping twice. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW004",
    name="duplicate-key",
    title="A key stands in one mapping twice",
    severity=Severity.ERROR,
    why="Most readers of YAML silently keep the last one: half of what was written would be lost.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    url: https://hooks.acme.example/refunds
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Remove one of the two.",
)
