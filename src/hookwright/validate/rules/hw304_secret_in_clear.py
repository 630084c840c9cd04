"""HW304: a secret of a known form, in clear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.secrets import known_secrets

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject

_PLACES: Final = {"url": "the URL", "headers": "the header '{}'", "body": "the body", "vars": "the variable '{}'"}


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Hold every text that the YAML says against the known forms."""
    for text in subject.texts:
        for likeness in known_secrets(text.text):
            where = _PLACES[text.part].format(text.name)
            severity = Severity.WARNING if likeness.kind == "a Slack webhook URL" else None
            message = f"{where} holds what looks like {likeness.kind}"
            yield RULE.at(text.within(likeness.start, likeness.end), message, severity=severity)


RULE = Rule(
    id="HW304",
    name="secret-in-clear",
    title="A secret stands in clear",
    severity=Severity.ERROR,
    why="Everybody who reads the repository can use it, and its history keeps it when the line is gone. What "
    "comes from '${env.…}' is masked in every plan and log; this is not.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Refold: tk_test_0123456789abcdef}
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders
    events: [Workflow Completed]
    headers: {X-Refold: "${env.REFOLD_CALLBACK_KEY}"}
""",
    hint="Revoke it, and write '${env.NAME}' instead.",
    per_project=check,
)
