"""HW025: the kind of an environment is not known. Found while resolving an environment."""

from __future__ import annotations

from hookwright.model.finding import Severity
from hookwright.validate.rule import ORDERS, Rule

RULE = Rule(
    id="HW025",
    name="environment-kind",
    title="The kind of an environment is not known",
    severity=Severity.ERROR,
    why="The platform has two kinds, test and production, and a key belongs to one of them. Where the name does "
    "not say which it is, 'kind' must: it decides what an apply may write with.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  staging: {api_key: "${env.REFOLD_TEST_API_KEY}"}
"""
    + ORDERS,
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  staging: {kind: test, api_key: "${env.REFOLD_TEST_API_KEY}"}
"""
    + ORDERS,
    hint="Add 'kind: test' or 'kind: production'.",
)
