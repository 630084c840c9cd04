"""HW423: a URL that is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.urls import fault_of
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Take every URL apart. One that a process variable flows into is not known for sure."""
    good: set[str] = set()
    for webhook in scope.declared.webhooks:
        url = webhook.webhook.url
        if url in good or "/url" in webhook.secrets or "{{" in url:  # HW213 reports the latter
            continue
        fault = fault_of(url)
        if fault:
            yield RULE.at(span_of(webhook, "/url"), f"this is no URL to deliver to: {fault}", hint=_hint(webhook))
        else:
            good.add(url)


def _hint(webhook: DeclaredWebhook) -> str:
    written = webhook.raw.get("url")
    return f"It became '{webhook.webhook.url}'." if written != webhook.webhook.url else RULE.hint


RULE = Rule(
    id="HW423",
    name="invalid-url",
    title="A URL is none",
    severity=Severity.ERROR,
    why="The API takes http and https URLs only; with a wrong host or a blank in it, every delivery fails.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example:99999/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example:8443/orders
    events: [Workflow Completed]
""",
    hint="Write 'https://host/path'; blanks are '%20'.",
    per_environment=check,
)
