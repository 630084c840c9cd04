"""HW104: A value is not one of those allowed. Found while checking a file against its schema."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW104",
    name="not-one-of",
    title="A value is not one of those allowed",
    severity=Severity.ERROR,
    why="The API knows no other values, and refuses the object.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    method: GET
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    method: PUT
""",
    hint="Choose one of those that the message lists.",
)
