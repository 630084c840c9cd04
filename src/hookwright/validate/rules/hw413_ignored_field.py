"""HW413: ``ignore_changes`` of something that is no field, or that cannot be left alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.names import did_you_mean
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

FIELDS: Final = (
    "url", "events", "type", "method", "headers", "body", "description", "enabled", "slug", "workflows", "group",
)  # fmt: skip
"""The fields of a webhook that the platform keeps."""


def check(scope: Scope) -> Iterator[Finding]:
    """Hold the names under ``ignore_changes`` against the fields of a webhook."""
    for webhook in scope.declared.webhooks:
        if webhook.ignore_changes <= _FIELDS:
            continue
        for index, field in enumerate(webhook.raw.get("ignore_changes") or ()):
            if isinstance(field, str) and field not in _FIELDS:
                span = span_of(webhook, f"/ignore_changes/{index}")
                yield RULE.at(span, f"a webhook has no field '{field}' to ignore", hint=did_you_mean(field, FIELDS))


_FIELDS: Final = frozenset(FIELDS)

RULE = Rule(
    id="HW413",
    name="ignored-field",
    title="ignore_changes names what is no field",
    severity=Severity.ERROR,
    why="It has no effect: the field that was meant is still put back by every apply.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    ignore_changes: [is_enabled]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    ignore_changes: [enabled]
""",
    hint="The names are those of the file: 'enabled', 'headers', 'body' and so on.",
    per_environment=check,
)
