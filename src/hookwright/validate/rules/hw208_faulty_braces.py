"""HW208: braces that are not closed, nested or empty."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Report what the parser found wrong."""
    for use in scope.uses:
        for fault in use.template.faults:
            for span in use.within(fault.start, fault.end):
                yield RULE.at(span, fault.message)


RULE = Rule(
    id="HW208",
    name="faulty-braces",
    title="The braces of a template are not closed, nested or empty",
    severity=Severity.ERROR,
    why="It is no template, so the platform sends the braces as they are written, or nothing.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {run: "run {{event.instance_id failed"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {run: "run {{event.instance_id}} failed"}
""",
    hint="Write '{{event.key}}': two braces, names with dots between them, two braces.",
    per_environment=check,
)
