"""An error → text and JSON values."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hookwright.errors import ApiError, ConfigError, HookwrightError, RefusedError
from hookwright.report import style
from hookwright.report.findings import ShowPath, Sources

FORMAT = "hookwright.error/1"


def _unread(file: Path) -> str | None:
    """No file's text is known."""
    del file
    return None


def to_text(error: HookwrightError, *, color: bool = False, sources: Sources = _unread, path: ShowPath = str) -> str:
    """The error for a person: what is wrong, why, what to do.

    Args:
        error: the error.
        color: whether to colour.
        sources: the texts of the files that its findings are about.
        path: how files are named.
    """
    paint = style.painter(color)
    lines = []
    if isinstance(error, ConfigError) and error.findings:
        from hookwright.report import findings_text

        lines += [findings_text.to_text(error.findings, sources, color=color, path=path), ""]
    lines.append(f"{paint('error', 'red', 'bold')}: {style.one_line(error.message)}")
    if isinstance(error, RefusedError):
        lines += [f"  - {style.one_line(reason)}" for reason in error.reasons]
    if error.hint:
        lines.append(f"{paint('hint', 'cyan')}: {style.one_line(error.hint)}")
    return "\n".join(lines)


def as_dict(
    error: HookwrightError, exit_code: int, *, environment: str | None = None, path: ShowPath = str
) -> dict[str, Any]:
    """The error for a program: ``{"format": "hookwright.error/1", "error": {…}}``.

    Args:
        error: the error.
        exit_code: what the command exits with for it alone.
        environment: the environment, where it is the error of one among several.
        path: how files are named.
    """
    body: dict[str, Any] = {
        "category": str(error.category),
        "message": error.message,
        "hint": error.hint,
        "exit_code": exit_code,
    }
    if isinstance(error, RefusedError):
        body["reasons"] = list(error.reasons)
    if isinstance(error, ConfigError):
        from hookwright.report import findings

        body["findings"] = [findings.as_dict(finding, path=path) for finding in error.findings]
    if isinstance(error, ApiError):
        body["api"] = {
            "method": error.method,
            "path": error.path,
            "status": error.status,
            "code": error.code,
            "request_id": error.request_id,
        }
    where = {} if environment is None else {"environment": environment}
    return {"format": FORMAT} | where | {"error": body}
