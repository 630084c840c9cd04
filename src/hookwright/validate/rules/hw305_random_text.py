"""HW305: random text, which mostly is a secret."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule
from hookwright.validate.secrets import is_literal, is_secret_name, known_secrets, random_parts

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject
    from hookwright.validate.texts import Text

_ID: Final = ("id", "ids", "uuid", "hash", "digest", "checksum", "fingerprint", "etag", "version", "revision", "commit")


_IN_A_FILE: Final = (
    "Write '${env.NAME}' instead; if it is no secret, put the body under 'body', where "
    "'# hookwright: ignore HW305 - …' can say so."
)
"""The hint for a body file, where there is no place for a comment."""


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Judge every text that the YAML says by its letters."""
    for text in subject.texts:
        for likeness in random_parts(text.text):
            if not _told_otherwise(text):
                message = "this looks random, as secrets do: it stands in clear"
                hint = _IN_A_FILE if text.in_body_file else None
                yield RULE.at(text.within(likeness.start, likeness.end), message, hint=hint)


def _told_otherwise(text: Text) -> bool:
    """Whether its name says that it is an id, or another rule reports it."""
    last = text.name.lower().replace("-", "_").rpartition("_")[2]
    return (
        last in _ID
        or next(known_secrets(text.text), None) is not None
        or (text.part != "url" and is_secret_name(text.name) and is_literal(text.text))
    )


RULE = Rule(
    id="HW305",
    name="random-text",
    title="A text looks random, as secrets do",
    severity=Severity.WARNING,
    why="Long text of mixed letters and digits is mostly a key or a token. In clear, everybody who reads the "
    "repository can use it.",
    failing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders?k=Zt4Qm81LxVb7RkP0sWn3Yc6E
    events: [Workflow Completed]
""",
    passing="""\
webhooks:
  orders:
    url: https://hooks.acme.example/orders?k=${env.ORDERS_KEY}
    events: [Workflow Completed]
""",
    hint="Write '${env.NAME}' instead; if it is no secret, say so: '# hookwright: ignore HW305 - …'.",
    per_project=check,
)
