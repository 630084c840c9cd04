"""HW302: a user name or password in a URL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look for something before an ``@``."""
    for address, webhooks in scope.addresses.items():
        if address.credentials:
            for webhook in webhooks:
                yield RULE.at(span_of(webhook, "/url"), "the URL holds credentials, before the '@'")


RULE = Rule(
    id="HW302",
    name="url-credentials",
    title="A URL holds credentials",
    severity=Severity.ERROR,
    why="URLs are shown in the dashboard, in plans and in logs of everything on the way; and many HTTP clients "
    "drop this part without a word.",
    failing="""\
webhooks:
  orders:
    url: https://refold:hunter2@hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {Authorization: "Basic ${env.ORDERS_BASIC}"}
""",
    hint="Send them in a header: 'Authorization: \"Basic ${env.…}\"'.",
    per_environment=check,
)
