"""HW401: an event that the platform does not have."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.resources import PLATFORM_EVENTS
from hookwright.validate.names import did_you_mean
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

_KNOWN: Final = frozenset(PLATFORM_EVENTS)

_SAID: Final = {
    "Workflow Errored": ("error", "fail"),
    "Workflow Completed": ("succe", "finish", "done"),
    "Workflow Timed Out": ("timeout", "timed"),
    "Workflow Stopped": ("cancel", "abort", "kill"),
    "Connection Deleted": ("remove", "disconnect", "revoke"),
    "Connection Created": ("connected",),
}
"""What people say for an event, as parts of words: names that mean the same but do not look alike."""


def check(scope: Scope) -> Iterator[Finding]:
    """Hold every subscribed event against the platform's list."""
    for webhook in scope.declared.webhooks:
        if _KNOWN.issuperset(webhook.webhook.events):
            continue
        written = webhook.raw.get("events") or []
        for event in webhook.webhook.events:
            if event not in _KNOWN:
                pointer = f"/events/{written.index(event)}" if event in written else "/events"
                secret = "/events" in webhook.secrets
                message = "one of these events does not exist" if secret else f"there is no event '{event}'"
                hint = None if secret else _hint(event, scope)
                yield RULE.at(span_of(webhook, pointer), message, hint=hint)


def _hint(event: str, scope: Scope) -> str:
    if event in scope.project.events:
        return "A custom event starts workflows; a webhook cannot subscribe to it, only to what its workflows do."
    meant = next((name for name, parts in _SAID.items() if any(part in event.lower() for part in parts)), event)
    return did_you_mean(meant, PLATFORM_EVENTS)


RULE = Rule(
    id="HW401",
    name="unknown-event",
    title="A webhook subscribes to an event that does not exist",
    severity=Severity.ERROR,
    why="The API refuses the webhook: 400, INVALID_EVENT.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Complete]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="'hookwright schema' lists the events.",
    per_environment=check,
)
