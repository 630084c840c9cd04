"""HW212: a header's name that is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

_TOKEN: Final = frozenset("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
"""RFC 9110 §5.6.2."""


def check(scope: Scope) -> Iterator[Finding]:
    """Look at every character of every name."""
    good: set[str] = set()
    for webhook in scope.declared.webhooks:
        for name in webhook.webhook.headers:
            if name in good:
                continue
            odd = next((character for character in name if character not in _TOKEN), None)
            if name and odd is None:
                good.add(name)
            elif "{{" not in name:  # HW213 reports that
                message = f"'{name}' is no header name: it holds {odd!r}" if odd else "a header has an empty name"
                yield RULE.at(span_of(webhook, f"/headers/{escape(name)}", key=True), message)


RULE = Rule(
    id="HW212",
    name="header-name",
    title="A header's name is none",
    severity=Severity.ERROR,
    why="HTTP libraries refuse to send it, or send something that the receiver reads differently.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X Team: on-call}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Team: on-call}
""",
    hint="Letters, digits and hyphens.",
    per_environment=check,
)
