"""HW303: a host that the platform cannot reach, in production."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.urls import is_loopback, is_private
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the host of every URL in production."""
    if not scope.production or scope.local:
        return
    for address, webhooks in scope.addresses.items():
        if is_private(address.host) or is_loopback(address.host):
            what = "this machine" if is_loopback(address.host) else "a host of a private network"
            for webhook in webhooks:
                host = "the host" if "/url" in webhook.secrets else f"'{address.host}'"
                message = f"{host} is {what}: deliveries cannot reach it"
                related = scope.variables_in(webhook, "url")
                yield RULE.at(span_of(webhook, "/url"), message, related=related)


RULE = Rule(
    id="HW303",
    name="private-host",
    title="A production URL names a private host",
    severity=Severity.ERROR,
    why="Deliveries come from the platform's network. Loopback, private and link-local addresses, and names that "
    "no public resolver knows, either reach nobody or something that was never meant.",
    failing="""\
webhooks:
  orders:
    url: https://10.0.4.17/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
""",
    hint="Give a public name; for tests of your own there is 'kind: test' and 'hookwright listen'.",
    per_environment=check,
)
