"""HW008: A bare date is text to some readers of YAML. Found while reading a scalar."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW008",
    name="date",
    title="A bare date is text to some readers of YAML",
    severity=Severity.ERROR,
    why="YAML 1.1 makes a date of it, YAML 1.2 text; JSON, in which deliveries are sent, has no dates.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {since: 2026-11-07}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {since: "2026-11-07"}
""",
    hint="Quote it.",
)
