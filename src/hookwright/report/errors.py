"""An error → text and JSON."""

from __future__ import annotations

import json
from typing import Any

from hookwright.errors import ApiError, ConfigError, HookwrightError, RefusedError
from hookwright.report import style

FORMAT = "hookwright.error/1"


def to_text(error: HookwrightError, *, color: bool = False) -> str:
    """The error for a person: what is wrong, why, what to do."""
    paint = style.painter(color)
    lines = [f"{paint('error', 'red', 'bold')}: {error.message}"]
    if isinstance(error, RefusedError):
        lines += [f"  - {reason}" for reason in error.reasons]
    if error.hint:
        lines.append(f"{paint('hint', 'cyan')}: {error.hint}")
    return "\n".join(lines)


def to_json(error: HookwrightError, exit_code: int) -> str:
    """The error for a program: ``{"format": "hookwright.error/1", "error": {…}}``."""
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

        body["findings"] = [findings.as_dict(finding) for finding in error.findings]
    if isinstance(error, ApiError):
        body["api"] = {
            "method": error.method,
            "path": error.path,
            "status": error.status,
            "code": error.code,
            "request_id": error.request_id,
        }
    return json.dumps({"format": FORMAT, "error": body}, ensure_ascii=False)
