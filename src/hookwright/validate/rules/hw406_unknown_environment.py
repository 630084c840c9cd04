"""HW406: an override or an adoption for an environment that the project does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.names import did_you_mean
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.model.project import Entry
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look at the names of environments that webhooks and events give."""
    project = subject.project
    if not project.environments:
        return
    for entry in (*project.webhooks.values(), *project.events.values()):
        if isinstance(entry.value, dict):
            yield from _of(entry, subject)


def _of(entry: Entry, subject: ProjectSubject) -> Iterator[Finding]:
    known = subject.project.environments
    for field in ("environments", "adopt"):
        named = entry.value.get(field)
        for name in named if isinstance(named, dict) else ():
            if name not in known:
                span = entry.span(f"/{field}/{escape(str(name))}", key=True)
                yield RULE.at(span, f"the project has no environment '{name}'", hint=did_you_mean(str(name), known))


RULE = Rule(
    id="HW406",
    name="unknown-environment",
    title="An override names an environment that does not exist",
    severity=Severity.ERROR,
    why="It has no effect: what was meant for one environment happens in none.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    environments: {tset: {enabled: false}}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    environments: {test: {enabled: false}}
""",
    hint="Environments are declared in hookwright.yaml.",
    per_project=check,
)
