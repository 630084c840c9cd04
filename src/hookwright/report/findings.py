"""Findings → JSON; what the other formats of findings share."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

from hookwright.model.finding import Finding, Severity

FORMAT: Final = "hookwright.findings/1"

DOCS: Final = "https://github.com/hookwright/hookwright/blob/main/docs/rules"
"""Where the pages of the rules are published."""

NOWHERE: Final = ("hookwright.yaml", 1)
"""Where a finding without a place is shown: GitLab leaves out what has none, GitHub refuses the whole file then."""

ShowPath = Callable[[Path], str]
"""How a report names a file."""

Sources = Callable[[Path], str | None]
"""The text of a file; None where it cannot be had."""


def to_json(findings: Sequence[Finding], *, path: ShowPath = str) -> str:
    """The findings as the contract's JSON: ``{"format": "hookwright.findings/1", "findings": […]}``, and how many."""
    body = {
        "format": FORMAT,
        "summary": {str(severity): count(findings, severity) for severity in Severity},
        "findings": [as_dict(finding, path=path) for finding in findings],
    }
    return json.dumps(body, ensure_ascii=False)


def as_dict(finding: Finding, *, path: ShowPath = str) -> dict[str, Any]:
    """One finding as the contract's JSON has it; ``environment`` is None where it holds for all."""
    span = finding.span
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": path(span.file) if span else None,
        "line": span.start.line if span else None,
        "column": span.start.column if span else None,
        "end_line": span.end.line if span else None,
        "end_column": span.end.column if span else None,
        "environment": ", ".join(finding.environments) or None,
        "hint": finding.hint,
        "help": address_of(finding.rule),
        "related": [
            {
                "message": related.message,
                "file": path(related.span.file),
                "line": related.span.start.line,
                "column": related.span.start.column,
            }
            for related in finding.related
        ],
    }


def address_of(rule: str) -> str:
    """The address of a rule's page."""
    return f"{DOCS}/{rule}.md"


def fingerprints(findings: Sequence[Finding], sources: Sources, *, path: ShowPath = str) -> list[str]:
    """A mark of each finding that stays while its line moves: of rule, file, message and the line's text.

    Those that are alike in all of these are counted, so that no two have the same mark.
    """
    marks: Counter[str] = Counter()
    made = []
    for finding in findings:
        line = ""
        if finding.span:
            lines = (sources(finding.span.file) or "").splitlines()
            at = finding.span.start.line - 1
            line = lines[at].strip() if at < len(lines) else ""
        parts = (finding.rule, path(finding.span.file) if finding.span else "", finding.message, line)
        mark = hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
        marks[mark] += 1
        made.append(f"{mark}:{marks[mark]}")
    return made


def count(findings: Sequence[Finding], severity: Severity) -> int:
    """How many findings are of one severity."""
    return sum(finding.severity is severity for finding in findings)


def counted(findings: Sequence[Finding]) -> str:
    """The findings in numbers: ``2 errors, 1 warning``; an empty string where there are none."""
    words = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
    numbers = [(count(findings, severity), word) for severity, word in words.items()]
    return ", ".join(f"{number} {word}{'s' if number > 1 else ''}" for number, word in numbers if number)
