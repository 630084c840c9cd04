"""HW204: ``workflow_response`` where no workflow event comes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.templates.syntax import WORKFLOW_RESPONSE
from hookwright.validate.keys import runs_workflows
from hookwright.validate.names import listed
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for the root ``workflow_response`` in webhooks without workflow events."""
    for use, expression in scope.roots.get(WORKFLOW_RESPONSE, ()):
        known = [event for event in use.events if scope.contracts.of(event)]
        if known and not any(runs_workflows(event) for event in known):
            come = "come" if len(known) > 1 else "comes"
            message = f"'{{{{{expression.dotted}}}}}' is never filled: {listed(known)} {come} from no workflow"
            for span in use.spans(expression):
                yield RULE.at(span, message)


RULE = Rule(
    id="HW204",
    name="no-workflow-response",
    title="workflow_response is used where no workflow event comes",
    severity=Severity.ERROR,
    why="Only a workflow has a Response node. For connection events there is nothing to put in: the place stays "
    "empty in every delivery.",
    failing="""\
webhooks:
  welcome:
    url: https://hooks.acme.example/welcome
    events: [Connection Created]
    body: {greeting: "{{workflow_response.greeting}}"}
""",
    passing="""\
webhooks:
  welcome:
    url: https://hooks.acme.example/welcome
    events: [Workflow Completed]
    body: {greeting: "{{workflow_response.greeting}}"}
""",
    hint="Subscribe to a workflow event, or use a key of '{{event.…}}'.",
    per_environment=check,
)
