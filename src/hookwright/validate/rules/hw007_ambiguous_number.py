"""HW007: A number is read differently by YAML 1.1 and 1.2. Found while reading a scalar."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW007",
    name="ambiguous-number",
    title="A number is read differently by YAML 1.1 and 1.2",
    severity=Severity.ERROR,
    why="'010' is eight or ten, '1e3' is a number or text, '12:30' is 750 or text: it depends on the reader.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Shard: 010}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Shard: "010"}
""",
    hint="Quote it, or write a plain decimal number.",
)
