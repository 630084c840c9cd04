"""HW020: A var is not set in an environment. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW020",
    name="unset-var",
    title="A var is not set in an environment",
    severity=Severity.ERROR,
    why="'${var.x}' takes its value from 'vars' of the environment. Where there is none, a URL or a header would "
    "have a hole.",
    failing="""\
webhooks:
  orders:
    url: ${var.base_urll}/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: ${var.base_url}/orders
    events: [Workflow Completed]
""",
    hint="Set it under 'vars' of every environment that needs it.",
)
