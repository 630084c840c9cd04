"""HW102: A required property is missing. Found while checking a file against its schema."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW102",
    name="missing-property",
    title="A required property is missing",
    severity=Severity.ERROR,
    why="The API refuses the object, or cannot know what is meant.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Add it.",
)
