"""HW202: a template that begins with neither ``event`` nor ``workflow_response``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.templates.syntax import EVENT, ROOTS, Expression
from hookwright.validate.names import nearest
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope
    from hookwright.validate.uses import Use


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the first name of every path."""
    for root, found in scope.roots.items():
        for use, expression in found if root not in ROOTS else ():
            hint = _hint(expression, use, scope)
            for span in use.spans(expression):
                yield RULE.at(span, f"'{{{{{expression.dotted}}}}}': there is no '{root}'", hint=hint)


def _hint(expression: Expression, use: Use, scope: Scope) -> str:
    payloads = [found for found in map(scope.contracts.of, use.events) if found]
    if any(expression.root in payload.keys for payload in payloads):
        return f"Did you mean '{{{{{EVENT}.{expression.dotted}}}}}'?"
    near = nearest(expression.root, ROOTS)
    if near:
        return f"Did you mean '{{{{{'.'.join((near, *expression.path))}}}}}'?"
    return RULE.hint


RULE = Rule(
    id="HW202",
    name="unknown-root",
    title="A template begins with neither event nor workflow_response",
    severity=Severity.ERROR,
    why="Only the payload of the event and the output of a workflow's Response node can be put into a delivery. "
    "Anything else stays empty, or arrives as the braces it is written with.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Run: "{{instance_id}}"}
    body: {text: failed}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers: {X-Run: "{{event.instance_id}}"}
    body: {text: failed}
""",
    hint="Begin with 'event' or 'workflow_response'; for values of your own there is '${var.…}'.",
    per_environment=check,
)
