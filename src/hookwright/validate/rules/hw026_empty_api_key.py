"""HW026: the API key of an environment is empty. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import ORDERS, Rule

RULE = Rule(
    id="HW026",
    name="empty-api-key",
    title="The API key of an environment is empty",
    severity=Severity.ERROR,
    why="Nothing can be read or written without a key, and a signature made with an empty one is anybody's.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: " "}
"""
    + ORDERS,
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
"""
    + ORDERS,
    hint="Write ${env.NAME}, and put the key into that process variable.",
)
