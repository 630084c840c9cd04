"""HW011: A file holds several YAML documents. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW011",
    name="several-documents",
    title="A file holds several YAML documents",
    severity=Severity.ERROR,
    why="Only the first could be used; whatever stands behind '---' would be passed over.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
---
webhooks:
  refunds:
    url: https://hooks.acme.example/refunds
    events: [Workflow Errored]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Give each document a file of its own.",
)
