"""HW005: A file holds more than a project can need. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW005",
    name="too-much",
    title="A file holds more than a project can need",
    severity=Severity.ERROR,
    why="Aliases that multiply, an alias inside of what it stands for, nesting without end: such a file would use "
    "up the memory of whoever reads it.",
    failing="""\
webhooks: &all
  orders: *all
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Write the values out, and spread them over several files.",
)
