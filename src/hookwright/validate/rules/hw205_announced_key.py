"""HW205: a template names a key that is announced, but in no published payload."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.contracts import Meets, Status
from hookwright.validate.names import listed
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for paths whose status in a contract is ``announced``."""
    for lookup in scope.lookups:
        events = [
            event
            for event, trace in lookup.traces.items()
            if trace.meets is Meets.KNOWN and trace.status is Status.ANNOUNCED
        ]
        if events:
            message = (
                f"'{{{{{lookup.expression.dotted}}}}}' is announced for {listed(events)}, but in no published payload"
            )
            for span in lookup.use.spans(lookup.expression):
                yield RULE.at(span, message)


RULE = Rule(
    id="HW205",
    name="announced-key",
    title="A template names a key that is only announced",
    severity=Severity.INFO,
    why="The platform said that such a value comes, but shows no payload with it: its name may be another. Where "
    "it is, deliveries arrive with a hole.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {customer: "{{event.linked_account_name}}"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {customer: "{{event.linked_account_id}}"}
""",
    hint="Look at a real delivery ('hookwright listen'); a contract of your own in contracts/ can then say that "
    "the key is there.",
    per_environment=check,
)
