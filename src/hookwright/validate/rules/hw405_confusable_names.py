"""HW405: names that differ only in their case or in their hyphens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Fold the names of webhooks and of events, and look for two that become one."""
    project = subject.project
    yield from _alike("webhook", project.webhooks)
    yield from _alike("event", project.events)
    yield from _alike("environment", project.environments)


def _alike(kind: str, entries: Mapping[str, Entry]) -> Iterator[Finding]:
    seen: dict[str, Entry] = {}
    for entry in _in_order(entries.values()):
        other = seen.setdefault(entry.name.lower().replace("_", "-"), entry)
        if other is not entry:
            message = f"the {kind} '{entry.name}' is easily taken for '{other.name}'"
            related = [Related(f"'{other.name}' is declared here", other.span(key=True))]
            hint = None if kind == "webhook" else "Give one of them another name."
            yield RULE.at(entry.span(key=True), message, hint=hint, related=related)


def _in_order(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (str(entry.document.path), entry.name))


RULE = Rule(
    id="HW405",
    name="confusable-names",
    title="Two names differ only in case or hyphens",
    severity=Severity.WARNING,
    why="The name is the identity of a webhook. With 'order-alerts' beside 'order_alerts', '--target', a rename "
    "or a tombstone hits the wrong one sooner or later.",
    failing="""\
webhooks:
  order-alerts:
    url: https://hooks.acme.example/orders
    events: [Workflow Errored]
  order_alerts:
    url: https://hooks.acme.example/alerts
    events: [Workflow Stopped]
""",
    passing="""\
webhooks:
  order-alerts:
    url: https://hooks.acme.example/orders
    events: [Workflow Errored]
  order-stops:
    url: https://hooks.acme.example/alerts
    events: [Workflow Stopped]
""",
    hint="Give one of them another name, with 'renamed_from' so that it is not deleted and created.",
    per_project=check,
)
