"""The pages of rules → JSON: the format ``hookwright.rules/1``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from hookwright.model.rulepage import RulePage


def to_json(pages: Sequence[RulePage]) -> str:
    """The pages in the order given; examples of several files as one text (see :func:`.rulepage.files_of`)."""
    return json.dumps({"format": "hookwright.rules/1", "rules": [_page(page) for page in pages]}, ensure_ascii=False)


def _page(page: RulePage) -> dict[str, Any]:
    return {
        "id": page.id,
        "name": page.name,
        "severity": str(page.severity),
        "enabled": page.enabled,
        "title": page.title,
        "why": page.why,
        "hint": page.hint,
        "failing": page.failing,
        "passing": page.passing,
    }
