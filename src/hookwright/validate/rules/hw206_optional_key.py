"""HW206: a template names a key that may be missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.contracts import Meets, Status
from hookwright.validate.keys import lookups
from hookwright.validate.names import listed
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for paths that a contract knows, but does not require."""
    for lookup in lookups(scope.uses, scope.contracts, everything=True):
        events = [
            event
            for event, trace in lookup.traces.items()
            if trace.meets is Meets.KNOWN and not trace.required and trace.status is not Status.ANNOUNCED
        ]
        if events:
            message = f"'{{{{{lookup.expression.dotted}}}}}' may be missing from {listed(events)}"
            for span in lookup.use.spans(lookup.expression):
                yield RULE.at(span, message)


_PROJECT: Final = """\
--- hookwright.yaml ---
version: 1
project: acme
environments:
  test: {api_key: "${env.REFOLD_TEST_API_KEY}"}
rules: {HW206: info}
--- webhooks/example.yaml ---
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
"""

RULE = Rule(
    id="HW206",
    name="optional-key",
    title="A template names a key that may be missing",
    severity=Severity.INFO,
    why="The key is known but not always there: it is missing from one of the published payloads, or the payload "
    "of the event is not published at all. Off unless asked for, because mostly it is there.",
    failing=_PROJECT
    + """\
    body: {configuration: "{{event.config_id}}"}
""",
    passing=_PROJECT
    + """\
    body: {workflow: "{{event.workflow_id}}"}
""",
    hint="Have the receiver expect an empty value.",
    per_environment=check,
    enabled=False,
)
