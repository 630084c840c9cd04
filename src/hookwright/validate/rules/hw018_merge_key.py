"""HW018: '<<' merges something that is no mapping. Found while reading a mapping."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW018",
    name="merge-key",
    title="'<<' merges something that is no mapping",
    severity=Severity.ERROR,
    why="A merge key takes an alias of a mapping, or a list of such. Anything else would be dropped.",
    failing="""\
webhooks:
  orders:
    <<: orders
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Give it an alias of a mapping: '<<: *defaults'.",
)
