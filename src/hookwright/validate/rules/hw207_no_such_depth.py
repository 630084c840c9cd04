"""HW207: a template goes on below a value that holds nothing, or names a list's element by a word."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.contracts import Meets, Trace
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.keys import Lookup
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Hold every path against the types on its way."""
    for lookup in scope.lookups:
        if not lookup.blocked:
            continue
        event = lookup.blocked[0]
        trace = lookup.traces[event]
        for span in lookup.use.spans(lookup.expression):
            yield RULE.at(span, _message(lookup, event, trace), hint=_hint(lookup, trace))


def _message(lookup: Lookup, event: str, trace: Trace) -> str:
    expression = lookup.expression
    reached = ".".join([expression.root, *expression.path[: trace.depth]])
    beyond = expression.path[trace.depth]
    if trace.meets is Meets.LIST:
        return f"'{{{{{expression.dotted}}}}}': '{reached}' is a list in '{event}': it has no '{beyond}'"
    kind = "an integer" if trace.type == "integer" else f"a {trace.type}"
    return f"'{{{{{expression.dotted}}}}}': '{reached}' is {kind} in '{event}': there is no '{beyond}' in it"


def _hint(lookup: Lookup, trace: Trace) -> str:
    reached = ".".join([lookup.expression.root, *lookup.expression.path[: trace.depth]])
    return f"'{{{{{reached}.0}}}}' is its first element." if trace.meets is Meets.LIST else f"Use '{{{{{reached}}}}}'."


RULE = Rule(
    id="HW207",
    name="no-such-depth",
    title="A template looks into a value that has no such part",
    severity=Severity.ERROR,
    why="Text and numbers have no keys, and a list has numbers for them. The place stays empty in every delivery.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {workflow: "{{event.workflow_name.title}}"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {workflow: "{{event.workflow_name}}"}
""",
    hint="End the path where the value is.",
    per_environment=check,
)
