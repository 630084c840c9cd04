"""Findings → a Code Quality report of GitLab CI: a JSON array, shown in the merge request.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.report.findings import NOWHERE, ShowPath, Sources, fingerprints

if TYPE_CHECKING:
    from hookwright.model.rulepage import RulePage

_SEVERITIES: Final = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.INFO: "info"}


def to_codequality(
    findings: Sequence[Finding], rules: Mapping[str, RulePage], sources: Sources, *, path: ShowPath = str
) -> str:
    """One issue per finding.

    Args:
        findings: the findings, in order.
        rules: the rules they are of, by id.
        sources: the texts of the files, for fingerprints that outlive a move of the line.
        path: how files are named: relative to the root of the repository.
    """
    marks = fingerprints(findings, sources, path=path)
    issues = []
    for finding, mark in zip(findings, marks, strict=True):
        rule = rules.get(finding.rule)
        file, line = (path(finding.span.file), finding.span.start.line) if finding.span else NOWHERE
        environments = f" ({', '.join(finding.environments)})" if finding.environments else ""
        hint = f". {finding.hint}" if finding.hint else ""
        issues.append(
            {
                "type": "issue",
                "check_name": f"{finding.rule} {rule.name}" if rule else finding.rule,
                "description": f"{finding.message}{environments}{hint}",
                "categories": ["Bug Risk"],
                "severity": _SEVERITIES[finding.severity],
                "fingerprint": mark,
                "location": {"path": file, "lines": {"begin": line}},
            }
        )
    return json.dumps(issues, ensure_ascii=False, indent=2)
