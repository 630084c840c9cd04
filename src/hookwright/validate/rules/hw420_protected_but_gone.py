"""HW420: a protected webhook that is turned off for an environment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look for ``protect: true`` beside ``environments: {…: false}``."""
    for entry in subject.project.webhooks.values():
        if not isinstance(entry.value, dict) or entry.value.get("protect") is not True:
            continue
        overrides = entry.value.get("environments")
        for name, override in overrides.items() if isinstance(overrides, dict) else ():
            if override is False:
                span = entry.span(f"/environments/{escape(str(name))}")
                yield RULE.at(span, f"'{entry.name}' is protected: where it is live in '{name}', it cannot go")


RULE = Rule(
    id="HW420",
    name="protected-but-gone",
    title="A protected webhook is not to be there",
    severity=Severity.WARNING,
    why="'false' says that it shall not exist in the environment, 'protect' that it must not be deleted. If it is "
    "live there, every plan of the environment is refused.",
    failing="""\
webhooks:
  billing:
    url: https://hooks.acme.example/billing
    events: [Workflow Completed]
    protect: true
    environments: {test: false}
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  billing:
    url: https://hooks.acme.example/billing
    events: [Workflow Completed]
    environments: {test: false, production: {protect: true}}
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Protect it where it is meant to be: 'environments: {production: {protect: true}}'.",
    per_project=check,
)
