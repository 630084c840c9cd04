"""HW003: A tab stands in the indentation. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW003",
    name="tab",
    title="A tab stands in the indentation",
    severity=Severity.ERROR,
    why="YAML does not allow tabs there: how deep a line stands would depend on the reader.",
    failing="""\
webhooks:
  orders:
\turl: https://hooks.acme.example/orders
\tevents: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Indent with spaces.",
)
