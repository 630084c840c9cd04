"""HW421: a header that the sender makes itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope

RESERVED: Final = frozenset(
    {"x-cobalt-signature", "host", "content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer",
     "upgrade", "expect", "proxy-connection"}
)  # fmt: skip
"""The signature, and what RFC 9110 and RFC 9112 leave to whoever sends the message."""


def check(scope: Scope) -> Iterator[Finding]:
    """Look at the names of the headers."""
    for webhook in scope.declared.webhooks:
        for name in webhook.webhook.headers:
            if name.lower() in RESERVED:
                span = span_of(webhook, f"/headers/{escape(name)}", key=True)
                yield RULE.at(span, f"the header '{name}' is made by the sender of the delivery")


RULE = Rule(
    id="HW421",
    name="reserved-header",
    title="A header is one that the sender makes itself",
    severity=Severity.ERROR,
    why="It comes twice, is overwritten, or breaks the request: a wrong Content-Length cuts the body, another "
    "x-cobalt-signature makes a genuine delivery look forged.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {Content-Length: "2"}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Source: refold}
""",
    hint="Delete it.",
    per_environment=check,
)
