"""HW308: an API key that does not fit the environment's kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import Kind
from hookwright.validate.rule import ORDERS, Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

_PREFIX: Final = {Kind.TEST: "tk", Kind.PRODUCTION: "pk"}
"""How a key begins, by the kind of its environment (Refold's API reference, "Authentication")."""


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the first letters of the key, where there is one."""
    environment, entry = scope.declared.environment, scope.entry
    key = environment.api_key
    if not key or entry is None or not scope.whole:  # a kind that is not known is none to hold a key against
        return
    for kind, prefix in _PREFIX.items():
        if key.startswith(prefix) and kind is not environment.kind:
            message = f"'{environment.name}' is of kind {environment.kind}, but its key begins with '{prefix}': {kind}"
            yield RULE.at(entry.span("/api_key"), message)


RULE = Rule(
    id="HW308",
    name="key-of-other-kind",
    title="An API key belongs to the other kind of environment",
    severity=Severity.ERROR,
    why="The key alone decides where an apply writes. With a production key under 'test', a try would change "
    "production.",
    failing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_url: "http://127.0.0.1:8080", api_key: pk_0123456789abcdef}
"""
    + ORDERS,
    passing="""\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_url: "http://127.0.0.1:8080", api_key: tk_0123456789abcdef}
"""
    + ORDERS,
    hint="Set the variable to the right key, or say 'kind:' of the environment.",
    per_environment=check,
)
