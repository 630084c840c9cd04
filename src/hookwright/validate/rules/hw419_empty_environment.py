"""HW419: an environment in which nothing is declared."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for environments without webhooks and events."""
    declared, entry = scope.declared, scope.entry
    if not scope.whole or entry is None or declared.webhooks or declared.events:
        return
    if not scope.project.documents:
        return  # HW015 says that no file matched.
    some = scope.project.webhooks or scope.project.events
    why = (
        "all that the project declares is turned off for it"
        if some
        else "no file of the project declares any webhook or event"
    )
    yield RULE.at(entry.span(key=True), f"nothing is declared for '{entry.name}': {why}")


RULE = Rule(
    id="HW419",
    name="empty-environment",
    title="Nothing is declared for an environment",
    severity=Severity.WARNING,
    why="A plan of it deletes all that hookwright manages there; an apply refuses that without '--allow-empty'.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    environments: {test: false}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    environments: {test: {enabled: false}}
""",
    hint="Delete the environment from hookwright.yaml, or disable webhooks ('enabled: false') where you mean that.",
    per_environment=check,
)
