"""HW301: deliveries over plain HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.urls import is_loopback
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the scheme of every URL; what stays on this machine may be plain."""
    if scope.local:
        return
    severity = Severity.ERROR if scope.production else Severity.WARNING
    for address, webhooks in scope.addresses.items():
        if address.scheme == "http" and not is_loopback(address.host):
            for webhook in webhooks:
                message = "deliveries to this URL are not encrypted: it begins with http://"
                related = scope.variables_in(webhook, "url")
                yield RULE.at(span_of(webhook, "/url"), message, severity=severity, related=related)


RULE = Rule(
    id="HW301",
    name="http-url",
    title="Deliveries are not encrypted",
    severity=Severity.ERROR,
    why="Whoever is on the way reads the payloads and the secret headers, and can change what arrives. The "
    "platform asks for HTTPS. In an environment of kind test this is a warning.",
    failing="""\
webhooks:
  orders:
    url: http://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Write https://.",
    per_environment=check,
)
