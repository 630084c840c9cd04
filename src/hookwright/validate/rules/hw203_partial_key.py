"""HW203: a template names something that some of the subscribed events lack."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.templates.syntax import WORKFLOW_RESPONSE, Expression
from hookwright.validate.keys import runs_workflows
from hookwright.validate.names import listed
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope
    from hookwright.validate.uses import Use


def check(scope: Scope) -> Iterator[Finding]:
    """Hold every path against every event that it is rendered for."""
    for lookup in scope.lookups:
        if lookup.lacking and lookup.carrying:
            yield from _findings(lookup.use, lookup.expression, lookup.lacking, lookup.carrying)
    for use, expression in scope.roots.get(WORKFLOW_RESPONSE, ()):
        known = [event for event in use.events if scope.contracts.of(event)]
        lacking = [event for event in known if not runs_workflows(event)]
        if lacking and len(lacking) < len(known):
            yield from _findings(use, expression, lacking, [event for event in known if event not in lacking])


def _findings(use: Use, expression: Expression, lacking: list[str], carrying: list[str]) -> Iterator[Finding]:
    lack = "lack" if len(lacking) > 1 else "lacks"
    message = f"'{{{{{expression.dotted}}}}}': {listed(lacking)} {lack} it"
    hint = f"Make two webhooks of it, or leave it out: only {listed(carrying)} can fill it."
    for span in use.spans(expression):
        yield RULE.at(span, message, hint=hint)


RULE = Rule(
    id="HW203",
    name="partial-key",
    title="A template names a key that some subscribed events lack",
    severity=Severity.ERROR,
    why="One body is rendered for every event of the webhook. For the events that lack the key, deliveries arrive "
    "with a hole where its value should be.",
    failing="""\
webhooks:
  audit:
    url: https://hooks.acme.example/audit
    events: [Connection Created, Workflow Errored]
    body: {account: "{{event.linked_account_id}}", run: "{{event.instance_id}}"}
""",
    passing="""\
webhooks:
  audit-connections:
    url: https://hooks.acme.example/audit
    events: [Connection Created]
    body: {account: "{{event.linked_account_id}}"}
  audit-runs:
    url: https://hooks.acme.example/audit
    events: [Workflow Errored]
    body: {account: "{{event.linked_account_id}}", run: "{{event.instance_id}}"}
""",
    hint="Make one webhook for each family of events, or send '{{event}}' and let the receiver choose.",
    per_environment=check,
)
