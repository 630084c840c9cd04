"""HW213: a template in a place that the platform does not template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for braces everywhere but in header values and the body."""
    for webhook in scope.declared.webhooks:
        made = webhook.webhook
        if "{{" in made.url:
            yield RULE.at(span_of(webhook, "/url"), "the platform puts nothing into a URL: it is used as it stands")
        for field, text in (("description", made.description), ("group", made.group), ("slug", made.slug)):
            if "{{" in text:
                yield RULE.at(
                    span_of(webhook, f"/{field}"),
                    f"the platform puts nothing into a {field}: it is kept as it stands",
                    severity=Severity.ERROR if field == "slug" else Severity.WARNING,
                )


RULE = Rule(
    id="HW213",
    name="not-templated",
    title="A template stands where the platform does not template",
    severity=Severity.ERROR,
    why="Only the values of headers and the body are templates. Elsewhere the braces stay as they are: such a URL "
    "reaches nobody.",
    failing="""\
webhooks:
  incident-alerts:
    url: "https://hooks.acme.example/{{event.workflow_id}}"
    events: [Workflow Errored]
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {workflow: "{{event.workflow_id}}"}
""",
    hint="Put the value into the body or a header; '${var.…}' may stand anywhere.",
    per_environment=check,
)
