"""HW006: A bare word is a boolean to some readers of YAML. Found while reading a scalar."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW006",
    name="yaml-boolean",
    title="A bare word is a boolean to some readers of YAML",
    severity=Severity.ERROR,
    why="'on', 'off', 'yes' and 'no' are booleans in YAML 1.1 and text in YAML 1.2. Editors, formatters and other "
    "tools would read another value than hookwright does.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    enabled: yes
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    enabled: true
""",
    hint="Write true or false; quote it where text is meant.",
)
