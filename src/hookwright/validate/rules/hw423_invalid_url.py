"""HW423: a URL that is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.urls import fault_of
from hookwright.validate.uses import span_of

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook
    from hookwright.validate.subject import Scope

_ADVICE: Final = "write 'https://host/path'; blanks are '%20'."
_HTTP: Final = re.compile("https?://")
_GOOD: Final = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}(?::[0-9]{1,4})?(?:[/?#][A-Za-z0-9/?#._~:@!$&'()*+,;=%-]*)?"
)
"""Most URLs: what fits needs no closer look."""


def check(scope: Scope) -> Iterator[Finding]:
    """Take every URL apart. One that a process variable flows into is not known for sure."""
    for webhook in scope.declared.webhooks:
        url = webhook.webhook.url
        if _GOOD.fullmatch(url) or "/url" in webhook.secrets or "{{" in url:  # HW213 reports the latter
            continue
        made_up = "${" in str(webhook.raw.get("url"))
        if not url or (made_up and not scope.whole) or not (made_up or _HTTP.match(url)):
            continue  # what was to be filled in may be missing, or the schema has said it
        fault = fault_of(url)
        if fault:
            message, related = f"this is no URL to deliver to: {fault}", scope.variables_in(webhook, "url")
            yield RULE.at(span_of(webhook, "/url"), message, hint=_hint(webhook), related=related)


def _hint(webhook: DeclaredWebhook) -> str:
    written = webhook.raw.get("url")
    return f"It became '{webhook.webhook.url}': {_ADVICE}" if written != webhook.webhook.url else RULE.hint


RULE = Rule(
    id="HW423",
    name="invalid-url",
    title="A URL is not one to deliver to",
    severity=Severity.ERROR,
    why="The API takes http and https URLs only; with a wrong host or a blank in it, every delivery fails.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example:99999/orders
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example:8443/orders
    events: [Workflow Completed]
""",
    hint=f"W{_ADVICE[1:]}",
    per_environment=check,
)
