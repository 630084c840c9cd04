"""HW402: ``slug`` or ``workflows`` beside a connection event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.resources import CONNECTION_EVENTS
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

_CONNECTION = frozenset(CONNECTION_EVENTS)


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the events of the webhooks that are narrowed down."""
    for webhook in scope.declared.webhooks:
        if not (webhook.webhook.slug or webhook.workflows) or _CONNECTION.isdisjoint(webhook.webhook.events):
            continue
        field = "slug" if webhook.webhook.slug else "workflows"
        narrowed = span_of(webhook, f"/{field}", key=True)
        related = [Related(f"'{field}' is given here", narrowed)] if narrowed else []
        for index, event in enumerate(webhook.raw.get("events") or ()):
            if isinstance(event, str) and event in _CONNECTION:
                yield RULE.at(
                    span_of(webhook, f"/events/{index}"),
                    f"'{event}' cannot be combined with '{field}', which takes workflow events only",
                    severity=Severity.ERROR if field == "slug" else Severity.WARNING,
                    related=related,
                )


RULE = Rule(
    id="HW402",
    name="slug-with-connection-event",
    title="A webhook with a slug subscribes to a connection event",
    severity=Severity.ERROR,
    why="A webhook of one app takes workflow events only; the API refuses others. With 'workflows', connection "
    "events come from no workflow that could be chosen: that is a warning.",
    failing="""\
webhooks:
  hubspot:
    url: https://hooks.acme.example/hubspot
    events: [Connection Expired, Workflow Errored]
    slug: hubspot
""",
    passing="""\
webhooks:
  hubspot:
    url: https://hooks.acme.example/hubspot
    events: [Workflow Errored]
    slug: hubspot
  connections:
    url: https://hooks.acme.example/connections
    events: [Connection Expired]
""",
    hint="Make two webhooks of it.",
    per_environment=check,
)
