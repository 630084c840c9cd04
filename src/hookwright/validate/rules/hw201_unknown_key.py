"""HW201: a template names a key that none of the subscribed events carries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.templates.syntax import WORKFLOW_RESPONSE
from hookwright.validate.names import did_you_mean, listed
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.keys import Lookup
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Hold every path against the payloads it is rendered with."""
    for lookup in scope.lookups:
        if lookup.lacking and not lookup.carrying and not lookup.blocked:
            for span in lookup.use.spans(lookup.expression):
                yield RULE.at(span, _message(lookup), hint=_hint(lookup))


def _message(lookup: Lookup) -> str:
    written = f"'{{{{{lookup.expression.dotted}}}}}'"
    if lookup.expression.root == WORKFLOW_RESPONSE:
        return f"{written}: the contract of workflow_response has no '{lookup.name}'"
    events = list(lookup.traces)
    if len(events) > 1:
        none = f"neither {listed(events, 'nor')}" if len(events) == 2 else f"none of {listed(events)}"
        return f"{written}: {none} carries '{lookup.name}'"
    return f"{written}: '{events[0]}' carries no '{lookup.name}'"


def _hint(lookup: Lookup) -> str:
    if "[" in lookup.name:
        return "A list's elements are named with dots: 'items.0', not 'items[0]'."
    return did_you_mean(lookup.name, lookup.known, form=lookup.form, otherwise="Known keys")


RULE = Rule(
    id="HW201",
    name="unknown-key",
    title="A template names a key that no subscribed event carries",
    severity=Severity.ERROR,
    why="The platform puts nothing in its place: every delivery arrives with a hole where the value should be, "
    "and nobody is told.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {run: "{{event.instance}}"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {run: "{{event.instance_id}}"}
""",
    hint="'hookwright schema workflow-errored' shows what an event carries; a file in contracts/ can say that it "
    "carries more.",
    per_environment=check,
)
