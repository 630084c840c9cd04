"""HW404: a description that leaves no room for the ownership marker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

LONGEST: Final = 255
"""Characters of a description that the platform is assumed to keep."""


def check(scope: Scope) -> Iterator[Finding]:
    """Add up the description and the marker that goes behind it."""
    for webhook in scope.declared.webhooks:
        description = webhook.webhook.description
        marker = f" [hookwright:{scope.declared.project}/{webhook.name}{' protected' if webhook.protect else ''}]"
        over = len(description) + len(marker) - LONGEST
        if over > 0 and description:
            much = f"{over} character{'s' if over > 1 else ''} too long"
            message = f"the description is {much}: with the marker{marker} it has {LONGEST + over}"
            if "/description" in webhook.secrets:  # its length is nobody's business
                message = f"the description leaves no room for the marker{marker}"
            yield RULE.at(span_of(webhook, "/description"), message)


RULE = Rule(
    id="HW404",
    name="description-too-long",
    title="A description leaves no room for the ownership marker",
    severity=Severity.ERROR,
    why="The marker at the end of the live description says whose the webhook is. If the platform cut it off, the "
    "next plan would not know its own webhook and would create it again.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    description: >-
      Books an order as soon as its workflow is through. The receiver is the order service of the shop; the team behind
      it is on call from eight to eight. It answers at once and works later, and takes the same run twice without harm.
      When it is down for long, orders are booked by hand.
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    description: Books an order as soon as its workflow is through
""",
    hint="Shorten it; a comment in the file may be as long as you like.",
    per_environment=check,
)
