"""HW009: A key is not a string. Found while reading a mapping."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW009",
    name="key-not-string",
    title="A key is not a string",
    severity=Severity.ERROR,
    why="JSON has no other keys. A bare 'null' or '12' is a key of another type to YAML.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {12: twelve}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {"12": twelve}
""",
    hint="Quote it.",
)
