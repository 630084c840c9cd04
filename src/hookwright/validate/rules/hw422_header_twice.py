"""HW422: one header under two spellings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Related, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Fold the names of each webhook's headers."""
    for webhook in scope.declared.webhooks:
        headers = webhook.webhook.headers
        if len(headers) < 2 or len({name.lower() for name in headers}) == len(headers):
            continue
        first: dict[str, str] = {}
        for name in headers:
            other = first.setdefault(name.lower(), name)
            if other != name:
                where = span_of(webhook, f"/headers/{escape(other)}", key=True)
                related = [Related(f"'{other}' is given here", where)] if where else []
                span = span_of(webhook, f"/headers/{escape(name)}", key=True)
                yield RULE.at(span, f"'{name}' and '{other}' are the same header", related=related)


RULE = Rule(
    id="HW422",
    name="header-twice",
    title="A header is given twice, in different case",
    severity=Severity.ERROR,
    why="HTTP does not tell upper from lower case in names. Which of the two values arrives, or whether both do, "
    "depends on the sender.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Source: refold, x-source: acme}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Source: refold}
""",
    hint="Delete one of them; to override a header for one environment, spell it as above.",
    per_environment=check,
)
