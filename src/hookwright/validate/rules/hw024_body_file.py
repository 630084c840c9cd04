"""HW024: A body file cannot be read. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW024",
    name="body-file",
    title="A body file cannot be read",
    severity=Severity.ERROR,
    why="The webhook would have no body, or another one than was meant.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body_file: order.json
""",
    passing="""\
--- webhooks/orders.yaml ---
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body_file: order.json
--- webhooks/order.json ---
{"run": "{{event.instance_id}}"}
""",
    hint="Name a UTF-8 file inside the project, relative to the file that declares it.",
)
