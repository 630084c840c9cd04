"""HW021: A process variable is not set. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW021",
    name="unset-process-variable",
    title="A process variable is not set",
    severity=Severity.WARNING,
    why="'${env.X}' is a secret that is handed to the process. 'validate' and 'render' do without; commands that "
    "need its value refuse to run.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {Authorization: "Bearer ${env.ORDERS_TOKEN_THAT_NOBODY_SET}"}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Set it before you run hookwright; in CI, from a secret of the environment.",
)
