"""``listen --script``: a file of answers → rules, or what is wrong with it, at its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from hookwright.errors import ConfigError
from hookwright.harness.scripting import FRAMING, Rules, make_rules
from hookwright.model.finding import Finding, Severity
from hookwright.model.source import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from hookwright.harness.answers import Script
    from hookwright.model.source import Document

SCHEMA: Final = "script"


def read_script(file: Path, otherwise: Script) -> Rules:
    """Read a script of answers.

    Args:
        file: the file, YAML (or JSON, which is YAML too).
        otherwise: the answers to what none of its rules matches.

    Raises:
        ConfigError: it is no script; what is wrong with it is in the findings, each at its place.
    """
    from hookwright.config import read
    from hookwright.validate.schema import check

    document, found = read(file)
    errors = [one for one in found if one.severity is Severity.ERROR]
    if document is not None and not errors:
        errors = _empty(document) if document.value is None else check(document, SCHEMA) or list(_framing(document))
    if errors or document is None:
        hint = "'hookwright schema script' says what it holds."
        raise ConfigError("the script has errors", findings=errors, hint=hint)
    return make_rules(document.value, otherwise)


def _empty(document: Document) -> list[Finding]:
    hint = "Write 'rules:' and some below it."
    return [Finding("HW103", Severity.ERROR, "the file is empty", document.places.span(), hint)]


def _framing(document: Document) -> Iterator[Finding]:
    """Headers that frame the answer: with them it could not be read."""
    for number, rule in enumerate(document.value["rules"]):
        for place, answer in enumerate(rule["answers"]):
            for name in answer.get("headers", ()):
                if name.lower() in FRAMING:
                    pointer = f"/rules/{number}/answers/{place}/headers/{escape(name)}"
                    span = document.places.span(pointer, key=True)
                    message = f"the header '{name}' frames the answer: 'listen' sets it itself"
                    yield Finding("HW106", Severity.ERROR, message, span, "Remove it.")
