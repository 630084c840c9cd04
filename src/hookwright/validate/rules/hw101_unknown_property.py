"""HW101: A property does not exist. Found while checking a file against its schema."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW101",
    name="unknown-property",
    title="A property does not exist",
    severity=Severity.ERROR,
    why="It has no effect: what it was meant to say is not done.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    discription: Books orders
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    description: Books orders
""",
    hint="'hookwright schema' prints what there is; editors complete it with the schema line at the top of the file.",
)
