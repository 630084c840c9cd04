"""Small projects made of files, and what validation says of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from hookwright.config import load, resolve
from hookwright.model.finding import Finding
from hookwright.model.project import Project
from hookwright.model.resources import Declared
from hookwright.validate.engine import validate

DEFAULT = """\
version: 1
project: acme
environments:
  test:
    api_key: ${env.REFOLD_TEST_API_KEY}
    vars: {base_url: https://staging.acme.example}
  production:
    api_key: ${env.REFOLD_PRODUCTION_API_KEY}
    vars: {base_url: https://hooks.acme.example}
"""
"""The ``hookwright.yaml`` of an example that brings none."""

ENVIRON = {
    "REFOLD_TEST_API_KEY": "tk_test_0123456789abcdef",
    "REFOLD_STAGING_API_KEY": "tk_test_fedcba9876543210",
    "REFOLD_PRODUCTION_API_KEY": "pk_test_0123456789abcdef",
    "REFOLD_AMERICA_API_KEY": "pk_test_fedcba9876543210",
    "ORDERS_TOKEN": "orders-token",
    "ORDERS_BASIC": "orders-basic",
    "ORDERS_KEY": "orders-key",
    "REFOLD_CALLBACK_KEY": "callback-key",
    "PAGER_TOKEN": "pager-token",
    "SLACK_PATH": "T0/B0/slack-path",
}
"""The process variables that are set for examples; any other one is not."""


def write(root: Path, files: Mapping[str, str]) -> Path:
    """Write a project below ``root``, with the default ``hookwright.yaml`` where it brings none; the folder."""
    for name, text in {"hookwright.yaml": DEFAULT, **files}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def loaded(root: Path, environ: Mapping[str, str] = ENVIRON) -> tuple[Project, list[Declared], list[Finding]]:
    """The project in a folder, all that it declares, and what resolving that found."""
    project = load(root / "hookwright.yaml")
    resolved = [resolve(project, name, environ) for name in project.environments]
    return project, [declared for declared, _ in resolved], [finding for _, some in resolved for finding in some]


def findings(root: Path, environ: Mapping[str, str] = ENVIRON) -> list[Finding]:
    """Everything that validation says of the project in a folder."""
    return validate(*loaded(root, environ))


def shown(finding: Finding, root: Path) -> str:
    """A finding in one line: file, line, column, rule, and the environments where it does not hold for all."""
    where = "-"
    if finding.span:
        start = finding.span.start
        where = f"{finding.span.file.relative_to(root).as_posix()}:{start.line}:{start.column}"
    return " ".join([where, finding.rule, *finding.environments])


def told(finding: Finding, root: Path) -> str:
    """All that a finding tells: its end, severity, message and hint, and what it relates to."""
    end = f"{finding.span.end.line}:{finding.span.end.column}" if finding.span else "-"
    lines = [f"{shown(finding, root)} to {end} {finding.severity}: {finding.message}"]
    if finding.hint:
        lines.append(f"  hint: {finding.hint}")
    for related in finding.related:
        start = related.span.start
        place = f"{related.span.file.relative_to(root).as_posix()}:{start.line}:{start.column}"
        lines.append(f"  {place}: {related.message}")
    return "\n".join(lines).replace(str(root), ".")
