"""HW212: a key that nobody knows, of an event whose payload is not published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.names import did_you_mean, listed
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for paths that only events without a published payload could carry."""
    for lookup in scope.lookups:
        if not lookup.unsure or lookup.lacking or lookup.blocked:
            continue
        message = f"'{{{{{lookup.expression.dotted}}}}}': whether {listed(lookup.unsure)} carries it is not published"
        hint = did_you_mean(lookup.name, lookup.known, form=lookup.form, otherwise="Likely keys")
        for span in lookup.use.spans(lookup.expression):
            yield RULE.at(span, message, hint=hint)


RULE = Rule(
    id="HW212",
    name="unpublished-key",
    title="A template names a key of an event whose payload is not published",
    severity=Severity.WARNING,
    why="The payloads of 'Workflow Stopped' and 'Workflow Timed Out' are not published. The keys of the other "
    "workflow events are likely; any other is a guess, and a wrong guess is a hole in every delivery.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Timed Out]
    body: {limit: "{{event.limit_seconds}}"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Timed Out]
    body: {run: "{{event.instance_id}}"}
""",
    hint="A contract of your own (contracts/workflow-timed-out.json) can say what a real delivery carries.",
    per_environment=check,
)
