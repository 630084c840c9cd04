"""The diagnosis of a signature → text and JSON."""

from __future__ import annotations

import json
from typing import Final

from hookwright.model.delivery import Diagnosis
from hookwright.report.style import one_line, painter

FORMAT: Final = "hookwright.verification/1"


def to_json(diagnosis: Diagnosis) -> str:
    """``{"format": "hookwright.verification/1", "valid": …, "reason": …, …}``; ``key`` names one, or is null."""
    return json.dumps(
        {
            "format": FORMAT,
            "valid": diagnosis.valid,
            "reason": diagnosis.code,
            "message": diagnosis.message,
            "hint": diagnosis.hint,
            "key": diagnosis.key or None,
        },
        ensure_ascii=False,
    )


def to_text(diagnosis: Diagnosis, *, color: bool = False) -> str:
    """The verdict, why, and what to do."""
    paint = painter(color)
    verdict = paint("valid", "green", "bold") if diagnosis.valid else paint("not valid", "red", "bold")
    lines = [f"{verdict}: {one_line(diagnosis.message)}"]
    if diagnosis.hint:
        lines.append(f"{paint('hint', 'cyan')}: {one_line(diagnosis.hint)}")
    return "\n".join(lines)
