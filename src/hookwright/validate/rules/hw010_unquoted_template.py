"""HW010: A template is not quoted. Found while reading a mapping."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW010",
    name="unquoted-template",
    title="A template is not quoted",
    severity=Severity.ERROR,
    why="Without quotes, YAML reads the braces as a mapping in a mapping, and the template is gone.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {run: {{event.instance_id}}}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    body: {run: "{{event.instance_id}}"}
""",
    hint="Put it in double quotes.",
)
