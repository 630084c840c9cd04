"""HW013: A number cannot be held by JSON. Found while reading a scalar."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW013",
    name="not-json",
    title="A number cannot be held by JSON",
    severity=Severity.ERROR,
    why="Infinity, 'not a number' and numbers of thousands of digits have no form in JSON, in which deliveries "
    "are sent.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {limit: .inf}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {limit: 1000000}
""",
    hint="Quote it, or write another number.",
)
