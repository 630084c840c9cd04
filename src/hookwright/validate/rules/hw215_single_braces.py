"""HW215: what looks like a template, but has single braces, or a template with one brace too many behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.validate.rule import Rule

if TYPE_CHECKING:
    from hookwright.validate.subject import ProjectSubject
    from hookwright.validate.texts import Text

_SINGLE: Final = re.compile(r"(?<![{$])\{ ?(?:event|workflow_response)(?:\.[\w.-]+)? ?\}")
_FOLLOWED: Final = re.compile(r"(\{\{[^{}]*\}\})(\}+)")


def check(subject: ProjectSubject) -> Iterator[Finding]:
    """Look for a root of templates behind a single brace, and for single braces behind a template."""
    for text in subject.texts:
        if text.part not in ("headers", "body") or not ("{" in text.text and "}" in text.text):
            continue
        if "}}}" in text.text:
            yield from _one_too_many(text)
        for match in _SINGLE.finditer(text.text):
            message = f"'{match.group()}' has single braces: it is sent as it stands"
            path = match.group().strip("{ }")
            yield RULE.at(text.within(*match.span()), message, hint=f"Write '{{{{{path}}}}}'.")


def _one_too_many(text: Text) -> Iterator[Finding]:
    """Report the braces behind templates that close no brace before them."""
    for begin, end in _pieces(text):
        opened, done = 0, begin
        for match in _FOLLOWED.finditer(text.text, begin, end):
            between = text.text[done : match.end(1)]
            opened += between.count("{") - between.count("}")
            behind = len(match[2])
            many = min(behind, behind - opened)
            opened, done = opened - behind, match.end()
            if many > 0:
                message = f"'{'}' * many}' behind '{match[1]}' closes nothing: it is sent as it stands"
                yield RULE.at(text.within(done - many, done), message, hint=f"Write '{match[1]}'.")


def _pieces(text: Text) -> Iterator[tuple[int, int]]:
    """The parts of a text within which braces belong together: the strings of a body that is JSON text, else all."""
    from hookwright.templates.render import STRING_OR_TEMPLATE
    from hookwright.validate.bodies import looks_like_json

    if text.part == "body" and text.whole and looks_like_json(text.text):
        yield from (match.span() for match in re.finditer(STRING_OR_TEMPLATE, text.text) if match["end"])
    else:
        yield 0, len(text.text)


RULE = Rule(
    id="HW215",
    name="single-braces",
    title="Single braces stand where a template is meant",
    severity=Severity.WARNING,
    why="Only double braces make a template. With single ones the receiver gets the path and not the value, and "
    "a third one behind a template is sent behind the value.",
    failing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {text: "run {event.instance_id} failed"}
""",
    passing="""\
webhooks:
  incident-alerts:
    url: https://hooks.acme.example/incidents
    events: [Workflow Errored]
    body: {text: "run {{event.instance_id}} failed"}
""",
    hint="Write two braces on each side.",
    per_project=check,
)
