"""HW306: a header, variable, key or parameter of a URL that by its name holds a secret, with a value in clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule
from hookwright.validate.secrets import is_literal, is_secret_name, known_secrets, random_parts
from hookwright.validate.uses import span_of, span_within, unfilled

if TYPE_CHECKING:
    from hookwright.model.resources import DeclaredWebhook
    from hookwright.validate.subject import ProjectSubject, Scope


def check_sent(scope: Scope) -> Iterator[Finding]:
    """Look at headers and URLs as they are sent: a value from ``${var.…}`` stands in clear too, elsewhere."""
    for webhook in scope.declared.webhooks:
        if "?" in webhook.webhook.url:
            yield from _in_query(webhook)
        for name, value in webhook.webhook.headers.items():
            if not is_secret_name(name):
                continue
            pointer = f"/headers/{escape(name)}"
            if pointer in webhook.secrets or not is_literal(value):
                continue
            if next(known_secrets(value), None) is None:  # HW304 reports the others
                yield RULE.at(span_of(webhook, pointer), f"the header '{name}' holds a secret, and it stands in clear")


def _in_query(webhook: DeclaredWebhook) -> Iterator[Finding]:
    url = unfilled(webhook, "/url", webhook.webhook.url)
    at = url.find("?") + 1
    for parameter in url[at:].partition("#")[0].split("&"):
        name, equals, value = parameter.partition("=")
        if is_secret_name(name) and is_literal(value) and not any((*known_secrets(value), *random_parts(value))):
            begin = at + len(name + equals)
            span = span_within(webhook, "/url", url, begin, begin + len(value))
            yield RULE.at(span, f"the parameter '{name}' holds a secret, and it stands in clear")
        at += len(parameter) + 1


def check_names(subject: ProjectSubject) -> Iterator[Finding]:
    """Look at variables and at the keys of bodies."""
    for text in subject.texts:
        if text.part not in ("vars", "body") or not is_secret_name(text.name):
            continue
        value = text.text
        if is_literal(value) and " " not in value and "://" not in value and next(known_secrets(value), None) is None:
            what = "variable" if text.part == "vars" else "key"
            yield RULE.at(text.span, f"the {what} '{text.name}' holds a secret, and it stands in clear")


RULE = Rule(
    id="HW306",
    name="literal-secret",
    title="A secret header, variable, key or parameter has a value in clear",
    severity=Severity.ERROR,
    why="By its name it is a secret. Written out, everybody who reads the repository can use it, and every "
    "environment shares it.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {Authorization: Bearer open-sesame}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {Authorization: "Bearer ${env.ORDERS_TOKEN}"}
""",
    hint="Write '${env.NAME}' instead.",
    per_project=check_names,
    per_environment=check_sent,
)
