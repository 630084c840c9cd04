"""HW001: A file is not UTF-8. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW001",
    name="not-utf8",
    title="A file is not UTF-8",
    severity=Severity.ERROR,
    why="Other encodings cannot be told apart for sure: a name or a header would arrive garbled, so the file is "
    "not read.",
    failing="# A file saved as Latin-1 or UTF-16: at the first byte that is not UTF-8.\n",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Save the file as UTF-8.",
)
