"""Findings → annotations of a GitHub Actions run (workflow commands ``::error …::…``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.report.findings import ShowPath, counted

if TYPE_CHECKING:
    from hookwright.model.rulepage import RulePage

_COMMANDS: Final = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def to_github(findings: Sequence[Finding], rules: Mapping[str, RulePage], *, path: ShowPath = str) -> str:
    """One workflow command per finding, and how many there are.

    Args:
        findings: the findings, in order.
        rules: the rules they are of, by id.
        path: how files are named; GitHub wants paths from the root of the repository.
    """
    return "\n".join([*(_command(finding, rules, path) for finding in findings), counted(findings) or "no findings"])


def _command(finding: Finding, rules: Mapping[str, RulePage], path: ShowPath) -> str:
    properties: dict[str, object] = {}
    span = finding.span
    if span:
        properties = {"file": path(span.file), "line": span.start.line, "endLine": span.end.line}
        if span.start.line == span.end.line:  # GitHub passes columns over where there are several lines
            properties |= {"col": span.start.column, "endColumn": max(span.start.column, span.end.column - 1)}
    rule = rules.get(finding.rule)
    properties["title"] = f"{finding.rule} {rule.name}" if rule else finding.rule
    environments = f" ({', '.join(finding.environments)})" if finding.environments else ""
    lines = [finding.message + environments, *([finding.hint] if finding.hint else [])]
    lines += [f"{each.message}: {path(each.span.file)}:{each.span.start.line}" for each in finding.related]
    given = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[finding.severity]} {given}::{_data(chr(10).join(lines))}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
