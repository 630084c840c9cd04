"""HW022: A '${' is not a reference. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW022",
    name="malformed-reference",
    title="A '${' is not a reference",
    severity=Severity.ERROR,
    why="Only '${var.name}' and '${env.NAME}' are filled in. Anything else would arrive as it is written.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Team: "${team}"}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Team: "$${team}"}
""",
    hint="Write ${var.name} or ${env.NAME}, or $${ for the characters themselves.",
)
