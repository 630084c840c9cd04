"""HW023: vars stand for each other. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW023",
    name="var-cycle",
    title="Vars stand for each other",
    severity=Severity.ERROR,
    why="A var that needs itself, over however many others, has no value.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test:
    api_key: ${env.REFOLD_TEST_API_KEY}
    vars: {host: "${var.base_url}", base_url: "https://${var.host}"}
--- webhooks/orders.yaml ---
webhooks:
  orders:
    url: ${var.base_url}/orders
    events: [Workflow Completed]
""",
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test:
    api_key: ${env.REFOLD_TEST_API_KEY}
    vars: {host: hooks.acme.example, base_url: "https://${var.host}"}
--- webhooks/orders.yaml ---
webhooks:
  orders:
    url: ${var.base_url}/orders
    events: [Workflow Completed]
""",
    hint="Give one of them a value of its own.",
)
