"""HW105: A text does not have the form it must have. Found while checking a file against its schema."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW105",
    name="pattern",
    title="A text does not have the form it must have",
    severity=Severity.ERROR,
    why="Names become part of the marker in each live description, ids and URLs part of calls: only some "
    "characters are safe there.",
    failing="""\
webhooks:
  Orders and refunds:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="The message says which form it must have.",
)
