"""HW403: a body that the webhook's type does not take, or a type whose body is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.resources import DEFAULT_BODY, WebhookType
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Hold the type that is written against the body that is written."""
    for webhook in scope.declared.webhooks:
        kind = webhook.raw.get("type")
        if kind is None:
            continue
        has_body = webhook.raw.get("body") is not None or webhook.raw.get("body_file") is not None
        if kind == WebhookType.CUSTOM:
            if not has_body and "body" not in webhook.raw:  # the schema has said that one without a value is none
                message = "a custom webhook has a body of its own; this one says none"
                yield RULE.at(span_of(webhook, "/type"), message, hint="Give it a 'body', or drop 'type'.")
        elif has_body and kind in tuple(WebhookType) and webhook.raw.get("body") != DEFAULT_BODY:
            yield _ignored(webhook, str(kind))


def _ignored(webhook: DeclaredWebhook, kind: str) -> Finding:
    field = "body_file" if webhook.raw.get("body_file") is not None else "body"
    where = span_of(webhook, "/type")
    return RULE.at(
        span_of(webhook, f"/{field}", key=True),
        f"the platform writes the body of a '{kind}' webhook itself: this one is never sent",
        related=[Related("the type is given here", where)] if where else [],
    )


RULE = Rule(
    id="HW403",
    name="type-against-body",
    title="The type and the body of a webhook contradict each other",
    severity=Severity.ERROR,
    why="Only the body of a custom webhook is used. Beside 'default' or 'slack' it is dropped, and what arrives "
    "is not what the file says.",
    failing="""\
webhooks:
  chat:
    url: https://hooks.acme.example/chat
    events: [Workflow Errored]
    type: slack
    body: {text: "{{event.workflow_name}} failed"}
""",
    passing="""\
webhooks:
  chat:
    url: https://hooks.acme.example/chat
    events: [Workflow Errored]
    type: custom
    body: {text: "{{event.workflow_name}} failed"}
""",
    hint="Write 'type: custom', or drop the body.",
    per_environment=check,
)
