"""HW215: what looks like a template, but has single braces."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject

_SINGLE: Final = re.compile(r"(?<![{$])\{ ?(?:event|workflow_response)(?:\.[\w.-]+)? ?\}(?!\})")


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look for a root of templates behind a single brace."""
    for text in subject.texts:
        if text.part not in ("headers", "body") or not ("{" in text.text and "}" in text.text):
            continue
        for match in _SINGLE.finditer(text.text):
            message = f"'{match.group()}' has single braces: it is sent as it stands"
            path = match.group().strip("{ }")
            yield RULE.at(text.within(*match.span()), message, hint=f"Write '{{{{{path}}}}}'.")


RULE = Rule(
    id="HW215",
    name="single-braces",
    title="Something looks like a template, but has single braces",
    severity=Severity.WARNING,
    why="Only double braces make a template. With single ones the receiver gets the path and not the value.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {text: "run {event.instance_id} failed"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {text: "run {{event.instance_id}} failed"}
""",
    hint="Write two braces on each side.",
    per_project=check,
)
