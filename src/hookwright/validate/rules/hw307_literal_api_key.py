"""HW307: the API key of an environment, in clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import ORDERS, Rule
from hookwright.validate.secrets import is_literal

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the key as the file says it. The key of an emulator on this machine is none."""
    entry = scope.entry
    if entry is None or scope.local or not isinstance(entry.value, dict):
        return
    key = entry.value.get("api_key")
    if isinstance(key, str) and key and is_literal(key):
        name = scope.declared.environment.name
        yield RULE.at(entry.span("/api_key"), f"the API key of '{name}' stands in clear")


RULE = Rule(
    id="HW307",
    name="literal-api-key",
    title="An API key stands in clear",
    severity=Severity.ERROR,
    why="Whoever has it can read and change everything in the organization, and sign deliveries that every "
    "receiver takes for genuine.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: tk_test_0123456789abcdef}
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
    hint="Revoke it in the dashboard, and write '${env.NAME}'.",
    per_environment=check,
)
