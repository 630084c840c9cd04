"""HW210: a template outside of the strings of a JSON text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_within

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look between the strings of bodies that are JSON text."""
    if not scope.text_bodies:
        return
    from hookwright.validate.bodies import bare_templates, flaw_of, looks_like_json

    for webhook, body in scope.text_bodies:
        if "{{" in body and looks_like_json(body) and not flaw_of(webhook, body):
            for start, end in bare_templates(body):
                span = span_within(webhook, "/body", body, start, end)
                yield RULE.at(span, f"'{body[start:end]}' stands outside of quotes: text put in its place is not JSON")


RULE = Rule(
    id="HW210",
    name="bare-template",
    title="A template stands outside of quotes in a JSON body",
    severity=Severity.ERROR,
    why="The platform documents templates inside of strings. Where the value is text, as all of the published "
    "payloads' are, putting it in without quotes makes the whole body invalid.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: '{"run": {{event.instance_id}}}'
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: '{"run": "{{event.instance_id}}"}'
""",
    hint="Put it in double quotes. A template that is all of a string is replaced by the value, whatever its type.",
    per_environment=check,
)
