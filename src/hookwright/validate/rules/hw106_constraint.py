"""HW106: A value breaks another constraint of the schema. Found while checking a file against its schema."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW106",
    name="constraint",
    title="A value breaks another constraint of the schema",
    severity=Severity.ERROR,
    why="A list is empty, a number too large, two properties exclude each other: the API would refuse it, or it "
    "makes no sense.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: []
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="The message says which.",
)
