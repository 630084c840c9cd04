"""HW408: an event that in production is received by disabled webhooks only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import PLATFORM_EVENTS
from hookwright.validate.names import listed
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Count the subscribers of every event that the project takes an interest in."""
    if not scope.production or not scope.whole:
        return
    received = {event for each in scope.declared.webhooks if each.webhook.enabled for event in each.webhook.events}
    for webhook in scope.declared.webhooks:
        if not webhook.webhook.enabled:
            missed = [event for event in webhook.webhook.events if event in PLATFORM_EVENTS and event not in received]
            if missed:
                received.update(missed)
                message = (
                    f"nobody receives {listed(missed)}: '{webhook.name}' is disabled, and no enabled webhook subscribes"
                )
                yield RULE.at(span_of(webhook, "/enabled"), message)


RULE = Rule(
    id="HW408",
    name="nobody-listens",
    title="In production, an event reaches disabled webhooks only",
    severity=Severity.INFO,
    why="The project takes an interest in the event, but nothing is told when it happens. After an incident it is "
    "easy to forget to enable a webhook again.",
    failing="""\
webhooks:
  incidents:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    enabled: false
""",
    passing="""\
webhooks:
  incidents:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
""",
    hint="Enable it, or remove the webhook if nobody needs it.",
    per_environment=check,
)
