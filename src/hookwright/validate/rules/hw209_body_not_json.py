"""HW209: a body written as text that is not JSON once its templates are filled in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of, span_within

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Render every body that is text with hostile values, and read the result as JSON."""
    if not scope.text_bodies:
        return
    from hookwright.validate.bodies import always_json, flaw_of, looks_like_json

    for webhook, body in scope.text_bodies:
        if not scope.whole and "${" in str(webhook.raw.get("body")):
            continue  # what was to be filled in may be missing
        if looks_like_json(body):
            flaw = flaw_of(webhook, body)
            if flaw:
                span = span_within(webhook, "/body", body, flaw.start, flaw.end)
                yield RULE.at(span, f"the body is not JSON: {flaw.message}")
        elif not _other_type(webhook) and not always_json(body):
            message = "the body is text: once its templates are filled in, it is not JSON"
            hint = (
                "Write it as YAML, or as JSON with the templates inside its strings; or declare a Content-Type header."
            )
            yield RULE.at(span_of(webhook, "/body"), message, hint=hint, severity=Severity.WARNING)


def _other_type(webhook: DeclaredWebhook) -> bool:
    """Whether a header says that the body is something else than JSON."""
    headers = webhook.webhook.headers.items()
    return any(name.lower() == "content-type" and "json" not in value.lower() for name, value in headers)


RULE = Rule(
    id="HW209",
    name="body-not-json",
    title="A body is not JSON once its templates are filled in",
    severity=Severity.ERROR,
    why="Deliveries are JSON. A receiver that parses one of these fails, and answers with an error that is "
    "retried and fails again.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: '{"run": "{{event.instance_id}}" "text": "failed"}'
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: '{"run": "{{event.instance_id}}", "text": "failed"}'
""",
    hint="Write the body as YAML: it cannot become invalid JSON then.",
    per_environment=check,
)
