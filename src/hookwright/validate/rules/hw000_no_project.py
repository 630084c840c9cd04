"""HW000: there is no project, or its file cannot be opened. Reported by the command."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import ORDERS, Rule

RULE = Rule(
    id="HW000",
    name="no-project",
    title="There is no project to validate",
    severity=Severity.ERROR,
    why="A project is a folder with a 'hookwright.yaml'. It is looked for in the working directory, or the folder "
    "given with -C, and in those above it.",
    failing="# No file named hookwright.yaml in this folder or above it.\n",
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
"""
    + ORDERS,
    hint="'hookwright init' makes a project; -C names one elsewhere.",
)
