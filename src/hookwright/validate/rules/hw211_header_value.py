"""HW211: a header's value that HTTP cannot carry."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape
from hookwright.validate.rule import Rule
from hookwright.validate.uses import span_within

if TYPE_CHECKING:
    from hookwright.validate.subject import Scope


def check(scope: Scope) -> Iterator[Finding]:
    """Look at every character of every value."""
    for webhook in scope.declared.webhooks:
        for name, value in webhook.webhook.headers.items():
            if value.isascii() and value.isprintable():
                continue
            at = next((index for index, character in enumerate(value) if _refused(character)), None)
            if at is not None:
                pointer = f"/headers/{escape(name)}"
                what = _called(value[at]) if pointer not in webhook.secrets else "a character that HTTP cannot carry"
                span = span_within(webhook, pointer, value, at, at + 1)
                yield RULE.at(span, f"the value of the header '{name}' holds {what}")


def _refused(character: str) -> bool:
    """RFC 9110 §5.5: visible characters, blanks and tabs; beyond ASCII what Latin-1 has."""
    code = ord(character)
    return (code < 0x20 and character != "\t") or 0x7F <= code < 0xA0 or code > 0xFF


def _called(character: str) -> str:
    if character in "\r\n":
        return "a line break: what follows would be read as another header"
    if ord(character) > 0xFF:
        return f"'{character}', which is not in Latin-1: an HTTP header cannot carry it"
    return f"the control character U+{ord(character):04X}"


RULE = Rule(
    id="HW211",
    name="header-value",
    title="A header's value holds what HTTP cannot carry",
    severity=Severity.ERROR,
    why="A line break ends the header: what follows becomes another header or the body. Characters beyond Latin-1 "
    "are refused by HTTP libraries or arrive garbled.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers:
      X-Team: |
        on-call
        night
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    headers:
      X-Team: on-call, night
""",
    hint="Keep to one line of ASCII; in YAML, a value behind '|' or '>' ends in a line break ('|-' and '>-' do not).",
    per_environment=check,
)
