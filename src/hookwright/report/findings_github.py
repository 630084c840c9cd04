"""Findings → annotations of a GitHub Actions run (workflow commands ``::error …::…``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from hookwright.model.finding import Finding, Severity
from hookwright.report.findings import ShowPath, counted
from hookwright.report.workflow_commands import command, place

if TYPE_CHECKING:
    from hookwright.report.findings_sarif import RulePage

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
    properties = place(finding.span, path) if finding.span else {}
    rule = rules.get(finding.rule)
    properties["title"] = f"{finding.rule} {rule.name}" if rule else finding.rule
    environments = f" ({', '.join(finding.environments)})" if finding.environments else ""
    lines = [finding.message + environments, *([finding.hint] if finding.hint else [])]
    lines += [f"{each.message}: {path(each.span.file)}:{each.span.start.line}" for each in finding.related]
    return command(_COMMANDS[finding.severity], "\n".join(lines), properties)
