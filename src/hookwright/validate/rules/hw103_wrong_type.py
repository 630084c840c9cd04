"""HW103: A value is of the wrong type. Found while checking a file against its schema."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW103",
    name="wrong-type",
    title="A value is of the wrong type",
    severity=Severity.ERROR,
    why="The API would refuse it, or read something else.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    enabled: "true"
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    enabled: true
""",
    hint="Mostly quotes too many or too few, or a list where one value belongs.",
)
