"""HW017: A control character stands in a file. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW017",
    name="control-character",
    title="A control character stands in a file",
    severity=Severity.ERROR,
    why="It cannot be seen, YAML does not allow it, and in a URL or a header it breaks the delivery.",
    failing="# An invisible character such as U+0007 somewhere in the file, mostly pasted from elsewhere.\n",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Remove it, or write it as an escape in double quotes.",
)
