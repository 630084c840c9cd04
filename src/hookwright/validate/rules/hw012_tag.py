"""HW012: A YAML tag is not supported. Found while reading a node."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW012",
    name="tag",
    title="A YAML tag is not supported",
    severity=Severity.ERROR,
    why="Tags make objects of values. A project holds plain data only: text, numbers, true, false, null, lists "
    "and mappings.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    description: !secret orders
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    description: orders
""",
    hint="Leave the tag out; secrets come from '${env.…}'.",
)
