"""HW015: no file matches 'include'. Found while reading the project."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import ORDERS, Rule

RULE = Rule(
    id="HW015",
    name="no-file-matched",
    title="No file matches 'include'",
    severity=Severity.WARNING,
    why="The project declares nothing then. Mostly a folder was renamed, or a pattern misspelt.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
include: [hooks/*.yaml]
""",
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
include: [webhooks/*.yaml]
"""
    + ORDERS,
    hint="Paths in 'include' are relative to the folder of hookwright.yaml.",
)
