"""HW411: something that is both declared and removed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Hold the tombstones against the declarations."""
    project = subject.project
    yield from _both("webhook", project.removed_webhooks, project.webhooks)
    yield from _both("event", project.removed_events, project.events)


def _both(kind: str, removed: Mapping[str, Entry], declared: Mapping[str, Entry]) -> Iterator[Finding]:
    for name in removed.keys() & declared.keys():
        message = f"the {kind} '{name}' is to be removed, but it is still declared"
        related = [Related("it is declared here", declared[name].span(key=True))]
        yield RULE.at(removed[name].span(), message, related=related)


RULE = Rule(
    id="HW411",
    name="tombstone-of-declared",
    title="Something is declared and removed at once",
    severity=Severity.ERROR,
    why="The two contradict each other: one apply cannot both keep and delete it.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
removed:
  webhooks: [orders]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
removed:
  webhooks: [old-orders]
""",
    hint="Delete the declaration, or the line under 'removed'.",
    per_project=check,
)
