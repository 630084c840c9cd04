"""HW002: A file is not valid YAML. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW002",
    name="yaml-syntax",
    title="A file is not valid YAML",
    severity=Severity.ERROR,
    why="Nothing in the file can be used, so no command goes on: what the file declares must not be taken for deleted.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
   events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Mostly the indentation, a quote or a bracket of this line or of the one before.",
)
