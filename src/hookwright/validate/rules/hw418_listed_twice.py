"""HW418: something listed twice in one webhook."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the lists of events and workflows."""
    for webhook in scope.declared.webhooks:
        for field in ("events", "workflows"):
            listed = webhook.raw.get(field)
            if not isinstance(listed, list) or len(listed) < 2:
                continue
            seen: list[object] = []
            for index, item in enumerate(listed):
                named = item.get("id") if isinstance(item, dict) else item
                if not isinstance(named, str):  # HW103 and others report it
                    continue
                if item in seen:
                    yield RULE.at(span_of(webhook, f"/{field}/{index}"), f"'{named}' is listed already")
                seen.append(item)


RULE = Rule(
    id="HW418",
    name="listed-twice",
    title="An event or a workflow is listed twice",
    severity=Severity.WARNING,
    why="It has no effect, and mostly another one was meant.",
    failing="""\
webhooks:
  connections:
    url: https://hooks.acme.example/connections
    events: [Connection Created, Connection Created]
""",
    passing="""\
webhooks:
  connections:
    url: https://hooks.acme.example/connections
    events: [Connection Created, Connection Deleted]
""",
    hint="Delete it, or write the one that was meant.",
    per_environment=check,
)
