"""HW016: A name is declared twice. Found while reading the project."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW016",
    name="declared-twice",
    title="A name is declared twice",
    severity=Severity.ERROR,
    why="The name is the identity: two declarations of one name would take turns in overwriting each other.",
    failing="""\
--- webhooks/a.yaml ---
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
--- webhooks/b.yaml ---
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Rename or remove one of the two.",
)
