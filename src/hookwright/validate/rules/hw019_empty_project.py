"""HW019: hookwright.yaml is empty. Found while reading the project."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import ORDERS, Rule

RULE = Rule(
    id="HW019",
    name="empty-project",
    title="hookwright.yaml is empty",
    severity=Severity.ERROR,
    why="There is no project name and no environment: nothing can be compared with anything.",
    failing="""\
--- hookwright.yaml ---
# version: 1
""",
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
"""
    + ORDERS,
    hint="'hookwright init' writes one.",
)
