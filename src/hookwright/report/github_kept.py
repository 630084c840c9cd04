"""What became of a kept comment or issue → text and JSON."""

from __future__ import annotations

import json
from typing import Final

from hookwright.model.github import Kept, KeptAction
from hookwright.report.style import one_line, painter

FORMAT: Final = "hookwright.github/1"


def to_text(kept: Kept, *, color: bool = False) -> str:
    """One line: what was done to what, and where to see it."""
    paint = painter(color)
    if kept.action is KeptAction.NONE:
        return f"no open {kept.kind} '{kept.key}': nothing to close"
    done = paint(str(kept.action), "bold")
    where = f" on #{kept.number}" if kept.kind == "comment" else f" #{kept.number}"
    gone = f" ({_count(len(kept.duplicates))} taken away)" if kept.duplicates else ""
    return f"{kept.kind} '{kept.key}'{where} {done}: {one_line(kept.url)}{gone}"


def to_json(kept: Kept) -> str:
    """In the format ``hookwright.github/1``."""
    record = {
        "format": FORMAT,
        "kind": kept.kind,
        "action": str(kept.action),
        "repository": kept.repository,
        "key": kept.key,
        "number": kept.number,
        "id": kept.id,
        "url": kept.url or None,
        "duplicates": list(kept.duplicates),
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def _count(number: int) -> str:
    return f"{number} duplicate{'' if number == 1 else 's'}"
