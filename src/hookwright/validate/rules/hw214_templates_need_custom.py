"""HW214: templates in the headers of a webhook that is not ``custom``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import WebhookType
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the type of the webhooks that have templates."""
    for use in scope.uses:
        for webhook, pointer, _ in use.places:
            kind = webhook.webhook.type
            if kind is not WebhookType.CUSTOM:  # only a custom one has a body: this stands in a header
                message = f"templates are documented for the headers of 'custom' webhooks; this one is '{kind}'"
                hint = "Write 'type: custom', and give it a body: what the platform writes itself has no templates."
                written = webhook.raw.get("type") in ("default", "slack")
                yield RULE.at(span_of(webhook, pointer), message, hint=hint if written else None)


RULE = Rule(
    id="HW214",
    name="templates-need-custom",
    title="A header has a template, but the webhook is not custom",
    severity=Severity.INFO,
    why="The platform documents templates in headers under its custom template only. With another type the header "
    "may arrive with its braces.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Run: "{{event.instance_id}}"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Run: "{{event.instance_id}}"}
    body: {payload: "{{event}}"}
""",
    hint="Give it a body: 'body: {payload: \"{{event}}\"}' sends all of the event.",
    per_environment=check,
)
