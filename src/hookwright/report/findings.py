"""Findings → text and JSON."""

from __future__ import annotations

from typing import Any

from hookwright.model.finding import Finding


def as_dict(finding: Finding) -> dict[str, Any]:
    """One finding as the contract's JSON has it; ``environment`` is None where it holds for all."""
    span = finding.span
    return {
        "rule": finding.rule,
        "severity": str(finding.severity),
        "message": finding.message,
        "file": str(span.file) if span else None,
        "line": span.start.line if span else None,
        "column": span.start.column if span else None,
        "end_line": span.end.line if span else None,
        "end_column": span.end.column if span else None,
        "environment": ", ".join(finding.environments) or None,
        "hint": finding.hint,
    }
