"""HW014: A file cannot be read. Found while reading a file."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import Rule

RULE = Rule(
    id="HW014",
    name="unreadable-file",
    title="A file cannot be read",
    severity=Severity.ERROR,
    why="It is not there, not a file, too large, not readable for this user, or outside of the project. What it "
    "declares is not known, so nothing is compared with it.",
    failing="# A file that 'include' matches, but that this user may not read.\n",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Give the user access to it, or take it out of 'include'.",
)
