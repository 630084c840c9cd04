"""Findings → SARIF 2.1.0 (OASIS Static Analysis Results Interchange Format), for code scanning services."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from hookwright.model.finding import Finding, Severity
from hookwright.report.findings import NOWHERE, ShowPath, Sources, address_of, fingerprints
from hookwright.report.rules_markdown import to_markdown

if TYPE_CHECKING:
    from hookwright.model.rulepage import RulePage
    from hookwright.model.source import Span

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def to_sarif(
    findings: Sequence[Finding],
    rules: Mapping[str, RulePage],
    sources: Sources,
    *,
    version: str,
    path: ShowPath = str,
) -> str:
    """One run with all findings.

    Args:
        findings: the findings, in order.
        rules: every rule by id.
        sources: the texts of the files, for fingerprints that outlive a move of the line.
        version: version of hookwright.
        path: how files are named: relative to the root of the repository.
    """
    numbers = {rule: index for index, rule in enumerate(rules)}
    driver = {
        "name": "hookwright",
        "semanticVersion": version,
        "rules": [_rule(rule) for rule in rules.values()],
    }
    marks = fingerprints(findings, sources, path=path)
    results = [_result(finding, numbers, path, mark) for finding, mark in zip(findings, marks, strict=True)]
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _rule(rule: RulePage) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": rule.why, "markdown": to_markdown(rule)},
        "helpUri": address_of(rule.id),
        "defaultConfiguration": {"level": _LEVELS[rule.severity], "enabled": rule.enabled},
    }


def _result(finding: Finding, numbers: Mapping[str, int], path: ShowPath, fingerprint: str) -> dict[str, Any]:
    text = f"{finding.message}. {finding.hint}" if finding.hint else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(finding.span, path) if finding.span else _nowhere()}],
        "partialFingerprints": {"hookwright/v1": fingerprint},
    }
    if finding.rule in numbers:
        result["ruleIndex"] = numbers[finding.rule]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(each.span, path), "message": {"text": each.message}}
            for number, each in enumerate(finding.related)
        ]
    if finding.environments:
        result["properties"] = {"environments": list(finding.environments)}
    return result


def _nowhere() -> dict[str, Any]:
    file, line = NOWHERE
    return {"artifactLocation": {"uri": file}, "region": {"startLine": line}}


def _location(span: Span, path: ShowPath) -> dict[str, Any]:
    return {
        "artifactLocation": {"uri": quote(Path(path(span.file)).as_posix())},
        "region": {
            "startLine": span.start.line,
            "startColumn": span.start.column,
            "endLine": span.end.line,
            "endColumn": span.end.column,
        },
    }
